import type { BuiltObject } from '../../flux/build/build.ts';
import { type FluxKustomization, keyOf, kustomizationGroup } from '../../flux/kustomization.ts';
import type { ClusterModel, KustomizationNode } from '../../flux/model/model.ts';
import { type ObjectId, showObject } from '../../flux/object-id.ts';
import { isBelow } from '../../flux/restructure/draft.ts';
import { isFromHere, requireBuilt } from '../../flux/restructure/ground.ts';
import type { Guard, LiveAction, LiveId } from '../../flux/restructure/step.ts';
import { sameData } from '../../tree/equal.ts';
import { stringOf } from '../../tree/mapping.ts';
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
 * the way, in either direction, is kept from being pruned by all of them until the new state is seen live. `files`: paths
 * that the step changes. Throws `restructure.refused` where a build is not known.
 */
export function transition(from: ClusterModel, to: ClusterModel, files: Iterable<string> = []): Transition {
  const changed = changedKeys(from, to);
  const expected = new Set([...from.kustomizations.values()].flatMap(builtIds));
  const objects = new Map<string, LiveId>();
  for (const key of changed) {
    const [old, next] = [from.kustomizations.get(key), to.kustomizations.get(key)];
    for (const one of atRisk(old, next))
      if (!isLeavingKustomization(one, to)) objects.set(one.id, liveId(one, expected));
  }
  const kept = [...objects.values()];
  return {
    before: [
      ...(kept.length === 0 ? [] : [{ kind: 'keep' as const, objects: kept }]),
      ...changed.map((kustomization): LiveAction => ({ kind: 'resume', kustomization, leftover: true })),
    ],
    guards: [...readyGuards(from, to, [...files]), ...guardsOf(from, to, changed)],
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

/**
 * Every step is seen live, also one that changes only what objects hold, or files that nobody builds: the entry is Ready
 * at its revision, and so is whoever builds something else than before, has a changed file in its path, or is above one
 * of those.
 */
function readyGuards(from: ClusterModel, to: ClusterModel, files: readonly string[]): Guard[] {
  const found = new Set([to.entry.kustomization]);
  const waiting = [...to.kustomizations].flatMap(([key, node]) =>
    isFromHere(to, node) && isTouched(from.kustomizations.get(key), node, files) ? [key] : [],
  );
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    waiting.push(...(to.kustomizations.get(key)?.owners ?? []));
  }
  return [...found].map((key) => readyGuard(to, key));
}

function isTouched(
  old: KustomizationNode | undefined,
  next: KustomizationNode,
  files: readonly string[],
): boolean {
  if (old === undefined || !sameSpec(old.kustomization, next.kustomization)) return true;
  const { path } = next.kustomization.spec;
  return files.some((file) => isBelow(file, path)) || contentOf(old) !== contentOf(next);
}

/** What a Kustomization builds, with what the objects hold. */
function contentOf({ build }: KustomizationNode): string {
  if (build.kind !== 'built') return JSON.stringify(build);
  return build.objects
    .map(({ id, digest }) => `${id} ${digest}`)
    .sort()
    .join('\n');
}

/** One that git suspends does not act, and is seen to be suspended. */
function readyGuard({ kustomizations }: ClusterModel, kustomization: string): Guard {
  const suspended = kustomizations.get(kustomization)?.kustomization.spec.suspend === true;
  return { kind: suspended ? 'suspended' : 'ready', kustomization };
}

function guardsOf(from: ClusterModel, to: ClusterModel, changed: readonly string[]): Guard[] {
  return changed.flatMap((kustomization): Guard[] => {
    const [old, next] = [from.kustomizations.get(kustomization), to.kustomizations.get(kustomization)];
    if (next === undefined) return [{ kind: 'gone', kustomization }];
    if (next.kustomization.spec.suspend) return [];
    return [
      ...(old === undefined ? [] : fieldGuards(kustomization, old, next)),
      ...requireBuilt(next).map(({ id }): Guard => ({ kind: 'owner', id, kustomization })),
    ];
  });
}

/** Fields that decide what is pruned, as they are written: the API server keeps them so. */
function fieldGuards(kustomization: string, old: KustomizationNode, next: KustomizationNode): Guard[] {
  return ['path', 'prune', 'deletionPolicy'].flatMap((field): Guard[] => {
    const [before, value] = [old, next].map((node) => nodeAt(node.kustomization.manifest, ['spec', field]));
    if (value?.kind !== 'string' && value?.kind !== 'bool') return [];
    if (before?.kind === value.kind && before.value === value.value) return [];
    const plain = value.kind === 'string' ? stringOf(value.value) : { kind: value.kind, value: value.value };
    return [{ kind: 'field', kustomization, path: ['spec', field], value: plain }];
  });
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

function liveId({ id, apiVersion }: BuiltObject, expected: ReadonlySet<string>): LiveId {
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  return expected.has(id) ? { id, version } : { id, version, unexpected: true };
}

function builtIds({ build }: KustomizationNode): string[] {
  return build.kind === 'built' ? build.objects.map(({ id }) => id) : [];
}

/** `ConfigMap apps/settings, Secret apps/token and 3 more`. */
export function shownOrphans(orphans: readonly ObjectId[]): string {
  const shown = orphans.slice(0, 5).map(showObject).join(', ');
  return orphans.length > 5 ? `${shown} and ${orphans.length - 5} more` : shown;
}
