import type { BuiltObject } from '../../flux/build/build.ts';
import { type FluxKustomization, keyOf, kustomizationGroup } from '../../flux/kustomization.ts';
import type { ClusterModel, KustomizationNode } from '../../flux/model/model.ts';
import { type ObjectId, showObject } from '../../flux/object-id.ts';
import { requireBuilt } from '../../flux/restructure/ground.ts';
import type { Guard, LiveAction, LiveId } from '../../flux/restructure/step.ts';
import { sameData } from '../../tree/equal.ts';
import { nodeAt } from '../../tree/node-at.ts';

/** What makes one revision safe that takes another back, whatever it moves. */
export interface Transition {
  readonly before: readonly LiveAction[];
  readonly guards: readonly Guard[];
  readonly after: readonly LiveAction[];
  /** Objects that no Kustomization has afterwards: they stay in the cluster. */
  readonly orphans: readonly ObjectId[];
}

/**
 * Makes a step safe that leads from one state of a cluster to another: every object that a Kustomization could lose on
 * the way, in either direction, is kept from being pruned by all of them until the new state is seen live. Throws
 * `restructure.refused` where a build is not known.
 */
export function transition(from: ClusterModel, to: ClusterModel): Transition {
  const changed = changedKeys(from, to);
  const objects = new Map<string, LiveId>();
  for (const key of changed) {
    const [old, next] = [from.kustomizations.get(key), to.kustomizations.get(key)];
    for (const one of atRisk(old, next))
      if (!isLeavingKustomization(one, to)) objects.set(one.id, liveId(one));
  }
  const kept = [...objects.values()];
  return {
    before: [
      ...(kept.length === 0 ? [] : [{ kind: 'keep' as const, objects: kept }]),
      ...changed.flatMap((kustomization): LiveAction[] => [{ kind: 'resume', kustomization }]),
    ],
    guards: guardsOf(from, to, changed),
    after: kept.length === 0 ? [] : [{ kind: 'release', objects: kept }],
    orphans: orphansOf(from, to),
  };
}

/** Kustomizations that are not the same in both, what they build among it. Throws `restructure.refused`. */
export function changedKeys(from: ClusterModel, to: ClusterModel): string[] {
  const keys = new Set([...from.kustomizations.keys(), ...to.kustomizations.keys()]);
  return [...keys].filter((key) => {
    const [old, next] = [from.kustomizations.get(key), to.kustomizations.get(key)];
    if (old === undefined || next === undefined) return true;
    return !sameSpec(old.kustomization, next.kustomization) || !sameIds(old, next);
  });
}

/** What one of two states has and the other has not; everything, where the old spec could meet the new tree. */
function atRisk(
  old: KustomizationNode | undefined,
  next: KustomizationNode | undefined,
): readonly BuiltObject[] {
  const [before, after] = [old, next].map((node) => (node === undefined ? [] : requireBuilt(node)));
  if (before === undefined || after === undefined) return [];
  if (old !== undefined && next !== undefined && !sameSpec(old.kustomization, next.kustomization))
    return [...before, ...after];
  const [ids, others] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))];
  return [...before.filter(({ id }) => !others.has(id)), ...after.filter(({ id }) => !ids.has(id))];
}

/** A Kustomization that the new state does not have is meant to go: what it applied is kept, not itself. */
function isLeavingKustomization({ identity }: BuiltObject, to: ClusterModel): boolean {
  return isKustomization(identity) && !to.kustomizations.has(keyOf(identity));
}

function isKustomization({ group, kind }: ObjectId): boolean {
  return group === kustomizationGroup && kind === 'Kustomization';
}

function guardsOf(from: ClusterModel, to: ClusterModel, changed: readonly string[]): Guard[] {
  return changed.flatMap((kustomization): Guard[] => {
    const next = to.kustomizations.get(kustomization);
    if (next === undefined) return [{ kind: 'gone', kustomization }];
    const owned = requireBuilt(next).map(({ id }): Guard => ({ kind: 'owner', id, kustomization }));
    const path = { kind: 'string' as const, value: pathText(next) };
    const moved = pathText(from.kustomizations.get(kustomization)) !== path.value;
    return [
      { kind: 'ready', kustomization },
      ...(moved && from.kustomizations.has(kustomization)
        ? [{ kind: 'field' as const, kustomization, path: ['spec', 'path'], value: path }]
        : []),
      ...owned,
    ];
  });
}

/** As it is written: the API server keeps it so. */
function pathText(node: KustomizationNode | undefined): string {
  const written = node === undefined ? null : nodeAt(node.kustomization.manifest, ['spec', 'path']);
  return written?.kind === 'string' ? written.value : '';
}

function orphansOf(from: ClusterModel, to: ClusterModel): ObjectId[] {
  const held = new Set(
    [...to.kustomizations.values()].flatMap((node) => requireBuilt(node).map(({ id }) => id)),
  );
  const all = [...from.kustomizations.values()].flatMap((node) => requireBuilt(node));
  const lost = all.filter((one) => !held.has(one.id) && !isLeavingKustomization(one, to));
  return [...new Map(lost.map((one) => [one.id, one.identity])).values()];
}

function sameSpec(one: FluxKustomization, other: FluxKustomization): boolean {
  const [a, b] = [one, other].map(({ manifest }) => nodeAt(manifest, ['spec']));
  return a?.kind === 'mapping' && b?.kind === 'mapping' && sameData(a, b);
}

function sameIds(one: KustomizationNode, other: KustomizationNode): boolean {
  const [a, b] = [one, other].map((node) =>
    requireBuilt(node)
      .map(({ id }) => id)
      .sort(),
  );
  return JSON.stringify(a) === JSON.stringify(b);
}

function liveId({ id, apiVersion }: BuiltObject): LiveId {
  return { id, version: apiVersion.slice(apiVersion.lastIndexOf('/') + 1) };
}

/** `ConfigMap apps/settings, Secret apps/token and 3 more`. */
export function shownOrphans(orphans: readonly ObjectId[]): string {
  const shown = orphans.slice(0, 5).map(showObject).join(', ');
  return orphans.length > 5 ? `${shown} and ${orphans.length - 5} more` : shown;
}
