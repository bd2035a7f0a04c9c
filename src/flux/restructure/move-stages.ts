import { nodeAt } from '../../tree/node-at.ts';
import type { BuiltObject } from '../build/build.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { Draft } from './draft.ts';
import { dependsOn, type Ground, isBelowOwner, isEntry } from './ground.ts';
import { keepAllEdits } from './kustomization-text.ts';
import { letGoStage, readyIf, takenOver } from './let-go.ts';
import { editLocated, locateKustomization } from './located.ts';
import { type Protection, protect, unsuspend } from './protect.ts';
import { resealMoved } from './resealing.ts';
import type { Stage } from './stage.ts';
import type { Guard } from './step.ts';
import { bytesOf } from './yaml-pieces.ts';

/** How the old Kustomization is kept from pruning meanwhile: suspended live, or `prune: false` in git. */
export type Manner = 'suspend' | 'git';

export interface Handover {
  readonly from: KustomizationNode;
  readonly to: KustomizationNode;
  readonly objects: readonly BuiltObject[];
  readonly manner: Manner;
}

/**
 * A suspended Kustomization reaches no new revision. So the old one cannot be suspended where the new one waits for it,
 * or gets its own change from it, or where git says whether it is suspended.
 */
export async function mannerOf(
  { cluster, workspace }: Ground,
  head: Draft,
  from: KustomizationNode,
  to: KustomizationNode,
): Promise<Manner> {
  const [a, b] = [keyOf(from.kustomization), keyOf(to.kustomization)];
  if (isEntry(cluster, from) || dependsOn(cluster, b, a)) return 'git';
  if (nodeAt(from.kustomization.manifest, ['spec', 'suspend']) !== null) return 'git';
  const after = (await workspace.model(head.snapshot())).clusters.find(({ name }) => name === cluster.name);
  for (const [key, node] of after?.kustomizations ?? []) {
    const before = cluster.kustomizations.get(key)?.kustomization;
    const changed = before === undefined || !isSameSpec(before, node.kustomization);
    if (changed && (isBelowOwner(cluster, key, a) || node.owners.includes(a))) return 'git';
  }
  return 'suspend';
}

function isSameSpec(before: FluxKustomization, after: FluxKustomization): boolean {
  return before.spec.path === after.spec.path && before.spec.prune === after.spec.prune;
}

export interface HandoverStages {
  readonly stages: readonly Stage[];
  readonly remarks: readonly string[];
  readonly protection: Protection;
}

/** The steps of a handover. `edit` does the move in the draft of its step. */
export async function moveStages(
  ground: Ground,
  handover: Handover,
  edit: (draft: Draft) => Promise<void>,
): Promise<HandoverStages> {
  const { from, to, objects, manner } = handover;
  const first = new Draft(ground.snapshot);
  const protection = await protect(ground, first, from, objects);
  const original = await locateKustomization(first, from);
  if (manner === 'git') await editLocated(first, original, keepAllEdits(original.tree));
  const move = new Draft(first.snapshot());
  await edit(move);
  const remarks = await resealMoved(ground, move);
  const guards = takenOver(new Map([[keyOf(to.kustomization), objects.map(({ id }) => id)]]));
  const moved: Stage = {
    title: `${count(objects)} from ${from.kustomization.name} to ${to.kustomization.name}`,
    message: `Move ${count(objects)} from ${from.kustomization.name} to ${to.kustomization.name}`,
    draft: move,
    guards,
  };
  const protecting = protectingStage(from, first, protection);
  const middle =
    manner === 'git'
      ? [letGoStage(first, from, protection), moved]
      : [...(first.edits.size === 0 ? [] : [protecting]), ...suspendedStages(from, moved)];
  const last = new Draft(move.snapshot());
  if (manner === 'git') await restore(last, from, original.pieces[original.index]?.text ?? '', first);
  const resumes = await unsuspend(last, protection);
  return { stages: [...middle, ...finalStages(handover, last, resumes)], remarks, protection };
}

function protectingStage(from: KustomizationNode, draft: Draft, protection: Protection): Stage {
  return {
    title: 'what others hang on is protected',
    message: 'Protect what must not be pruned',
    draft,
    guards: readyIf(from, protection),
  };
}

function suspendedStages(from: KustomizationNode, moved: Stage): Stage[] {
  const key = keyOf(from.kustomization);
  return [
    {
      title: `${from.kustomization.name} rests`,
      message: '',
      before: [{ kind: 'suspend', kustomization: key }],
      draft: null,
      guards: [{ kind: 'suspended', kustomization: key }],
    },
    { ...moved, suspended: [key], after: [{ kind: 'resume', kustomization: key }] },
  ];
}

function finalStages({ from, to, objects, manner }: Handover, draft: Draft, resumes: boolean): Stage[] {
  const [a, b] = [keyOf(from.kustomization), keyOf(to.kustomization)];
  const prunes = from.kustomization.spec.prune;
  const guards: Guard[] = [
    { kind: 'ready', kustomization: a },
    ...(manner === 'git'
      ? [
          {
            kind: 'field' as const,
            kustomization: a,
            path: ['spec', 'prune'],
            value: { kind: 'bool' as const, value: prunes },
          },
        ]
      : []),
    ...(resumes ? [{ kind: 'ready' as const, kustomization: b }] : []),
    ...objects.map(({ id }): Guard => ({ kind: 'owner', id, kustomization: b })),
  ];
  const edited = draft.edits.size > 0;
  return [
    {
      title:
        manner === 'git'
          ? `${from.kustomization.name} prunes again`
          : `${from.kustomization.name} goes on without them`,
      message: edited ? `Let ${from.kustomization.name} go on` : '',
      draft: edited ? draft : null,
      guards,
    },
  ];
}

/** Gives the Kustomization its text again, as it was before it let go. */
export async function restore(
  draft: Draft,
  node: KustomizationNode,
  original: string,
  letGo: Draft,
): Promise<void> {
  const before = await locateKustomization(letGo, node);
  const now = await locateKustomization(draft, node);
  const [held, text] = [before.pieces[before.index]?.text, now.pieces[now.index]?.text];
  if (held !== text) {
    const { prune } = node.kustomization.spec;
    await editLocated(draft, now, [
      { kind: 'put', branch: 0, path: ['spec', 'prune'], value: { kind: 'bool', value: prune } },
    ]);
    return;
  }
  await draft.write(
    now.file,
    bytesOf(now.pieces.map((piece, index) => (index === now.index ? { text: original } : piece))),
  );
}

function count(objects: readonly BuiltObject[]): string {
  const [only, second] = objects;
  if (only !== undefined && second === undefined) return `${only.identity.kind} ${only.identity.name}`;
  return `${objects.length} objects`;
}
