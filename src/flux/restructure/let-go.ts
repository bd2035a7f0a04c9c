import { keyOf, kustomizationGroup } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { printId } from '../object-id.ts';
import { Draft } from './draft.ts';
import { type Ground, requireBuilt } from './ground.ts';
import { keepAllEdits } from './kustomization-text.ts';
import { editLocated, locateKustomization } from './located.ts';
import { type Protection, protect, unsuspend } from './protect.ts';
import type { Stage } from './stage.ts';
import type { Guard } from './step.ts';

/** Ids by the Kustomization (`namespace/name`) that is to own them. */
export type Owners = ReadonlyMap<string, readonly string[]>;

/** The first step of a Kustomization's end (P1): it keeps all that it applied. */
export interface LettingGo {
  readonly draft: Draft;
  readonly stage: Stage;
  /** Its document, before. */
  readonly original: string;
  readonly protection: Protection;
}

export async function lettingGo(ground: Ground, node: KustomizationNode): Promise<LettingGo> {
  const draft = new Draft(ground.snapshot);
  const protection = await protect(ground, draft, node, requireBuilt(node));
  const old = await locateKustomization(draft, node);
  await editLocated(draft, old, keepAllEdits(old.tree));
  return {
    draft,
    stage: letGoStage(draft, node, protection),
    original: old.pieces[old.index]?.text ?? '',
    protection,
  };
}

export function letGoStage(draft: Draft, node: KustomizationNode, protection: Protection): Stage {
  const { kustomization } = node;
  const key = keyOf(kustomization);
  return {
    title: `${kustomization.name} lets go: it prunes nothing any more`,
    message: `Keep what ${kustomization.name} applied`,
    draft,
    guards: [
      { kind: 'field', kustomization: key, path: ['spec', 'prune'], value: { kind: 'bool', value: false } },
      ...readyIf(node, protection),
    ],
  };
}

/** What sees the marks of protected objects live. */
export function readyIf({ kustomization }: KustomizationNode, { kept, suspended }: Protection): Guard[] {
  return kept.length + suspended.length === 0 ? [] : [{ kind: 'ready', kustomization: keyOf(kustomization) }];
}

/** The step that wakes suspended HelmReleases again; none where there are none. */
export async function releaseStages(before: Draft, protection: Protection, owners: Owners): Promise<Stage[]> {
  const draft = new Draft(before.snapshot());
  if (!(await unsuspend(draft, protection))) return [];
  return [
    {
      title: 'the suspended HelmReleases go on',
      message: 'Resume the HelmReleases that were suspended for the move',
      draft,
      guards: takenOver(owners),
    },
  ];
}

/** Guards that see every object with its new owner. */
export function takenOver(owners: Owners): Guard[] {
  return [...owners].flatMap(([kustomization, ids]): Guard[] => [
    { kind: 'ready', kustomization },
    { kind: 'inventory', kustomization, has: ids },
    ...ids.map((id): Guard => ({ kind: 'owner', id, kustomization })),
  ]);
}

export function idOfKustomization({ namespace, name }: { namespace: string; name: string }): string {
  return printId({ namespace, name, group: kustomizationGroup, kind: 'Kustomization' });
}
