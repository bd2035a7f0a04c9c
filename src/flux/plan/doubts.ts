import { sameData } from '../../tree/equal.ts';
import type { BuiltObject } from '../build/build.ts';
import { showObject } from '../object-id.ts';
import { keyOfSource } from '../source/source-in-cluster.ts';
import type { Unknown } from '../unknown.ts';
import { isMaker, mappingAt } from './cluster-objects.ts';
import type { Scene } from './scene.ts';
import { type Actor, objectOf, type State } from './state.ts';
import { liveDoubts } from './suspended-by-hand.ts';
import type { Verdict } from './verdict.ts';

export interface Doubts {
  /** What decides about deletions. */
  readonly unknowns: readonly Unknown[];
  /** What does not: values in objects whose ids are known. */
  readonly harmless: readonly Unknown[];
}

/** Sorts what is not known about a change by whether it may hide a deletion. */
export function findDoubts({ scene, threats }: Verdict, unmoved: ReadonlySet<string> | 'all'): Doubts {
  const [unknowns, harmless] = [new Map<string, Unknown>(), new Map<string, Unknown>()];
  for (const actor of scene.actors.values()) {
    if (isUntouched(actor, unmoved)) {
      for (const { build } of actor.states)
        if (build.kind === 'unknown')
          for (const unknown of named(actor, build.unknowns)) put(harmless, unknown);
      continue;
    }
    for (const unknown of actor.unknowns) put(unknowns, unknown);
    for (const unknown of startDoubts(scene, actor, threats.has(objectOf(actor.key)))) put(unknowns, unknown);
    for (const { build, spec } of actor.states) {
      if (build.kind === 'built') for (const unknown of build.unknowns) put(harmless, unknown);
      else if (build.kind === 'unknown' && !spec.spec.suspend)
        for (const unknown of named(actor, build.unknowns)) put(unknowns, unknown);
    }
  }
  for (const unknown of childDoubts(scene, unmoved)) put(unknowns, unknown);
  for (const unknown of strangers(scene)) put(unknowns, unknown);
  for (const unknown of makers(scene, unmoved === 'all')) put(unknowns, unknown);
  for (const unknown of liveDoubts(scene)) put(unknowns, unknown);
  for (const unknown of scene.change.unknowns) if (!harmless.has(textOf(unknown))) put(unknowns, unknown);
  for (const name of unknowns.keys()) harmless.delete(name);
  return { unknowns: [...unknowns.values()], harmless: [...harmless.values()] };
}

/** Whether a Kustomization does the same before and after, because its content is said not to move with the change. */
function isUntouched({ specs, respecified, states }: Actor, unmoved: ReadonlySet<string> | 'all'): boolean {
  if (specs.base === null || specs.head === null || respecified) return false;
  return unmoved === 'all' || states.every(({ source }) => source !== null && unmoved.has(source));
}

/** An unknown build that says nothing more still makes the answer unknown. */
function named({ key }: Actor, unknowns: readonly Unknown[]): readonly Unknown[] {
  if (unknowns.length > 0) return unknowns;
  const message = `it cannot be told what ${key} builds`;
  return [{ reason: 'unreadable', subject: key, message, fix: `Run sopskit flux build ${key} to see why.` }];
}

/** What a Kustomization holds is its last good run's: of one that failed, or was suspended, git does not tell which. */
function startDoubts({ live }: Scene, actor: Actor, goes: boolean): readonly Unknown[] {
  const { base } = actor.specs;
  if (live !== null || base === null) return [];
  const acts = goes || actor.states.some((state) => mayAct(state));
  if (!acts) return [];
  if (base.spec.suspend && actor.states.some((state) => mayAct(state)))
    return [doubt(actor.key, 'was suspended: what it holds is from before')];
  if (actor.start !== null) return [];
  const build = actor.states.find(({ side, tree }) => side === 'base' && tree === 'base')?.build;
  if (build?.kind === 'failed')
    return [doubt(actor.key, 'fails at the base: what it holds is from an older revision')];
  return goes ? [doubt(actor.key, 'goes, and what it holds is not known')] : [];
}

function mayAct({ spec, build }: State): boolean {
  return !spec.spec.suspend && build.kind !== 'failed';
}

function doubt(key: string, why: string): Unknown {
  return {
    reason: 'live',
    subject: key,
    message: `${key} ${why}, and not told by the repository`,
    fix: 'Ask the cluster: sopskit flux plan --live.',
  };
}

/** Kustomizations that one applies whose build at the head is not known: they may go, or change. */
function childDoubts({ actors }: Scene, unmoved: ReadonlySet<string> | 'all'): readonly Unknown[] {
  const found = new Map<string, Unknown>();
  const waiting = [...actors.values()].filter(
    (actor) =>
      !isUntouched(actor, unmoved) &&
      actor.states.some(
        ({ build, spec, tree }) => build.kind === 'unknown' && tree === 'head' && !spec.spec.suspend,
      ),
  );
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const child of actors.values()) {
      if (child === parent || found.has(child.key) || parent.start?.has(objectOf(child.key)) !== true)
        continue;
      found.set(child.key, childDoubt(child.key, parent.key));
      waiting.push(child);
    }
  }
  return [...found.values()];
}

/** Live Kustomizations that neither side has, and that follow a source of this change. */
function strangers({ live, actors }: Scene): readonly Unknown[] {
  const sources = new Set([...actors.values()].flatMap(({ states }) => states.map(({ source }) => source)));
  return [...(live?.kustomizations ?? [])]
    .filter(([key, { kustomization }]) => {
      const follows = sources.has(keyOfSource(kustomization.spec.sourceRef));
      return follows && !actors.has(key) && !kustomization.spec.suspend;
    })
    .map(([key]) => ({
      reason: 'live',
      subject: key,
      message: `${key} is in the cluster and in neither state of the repository: it is not known what it does with the new revision`,
      fix: 'Put it into the repository, or delete it (suspended, it deletes nothing).',
    }));
}

/** Objects that make others, and change, or go: of what they make nothing is known. */
function makers({ actors }: Scene, isStill: boolean): readonly Unknown[] {
  const old = new Map([...actors.values()].flatMap(({ start }) => [...(start ?? [])]));
  const found = new Map<string, Unknown>();
  for (const [key, object] of isStill ? [] : old)
    if (object !== null && isMaker(object.identity) && makesKustomizations(object))
      found.set(key, followerDoubt(object));
  for (const { start, states } of actors.values()) {
    for (const { applies } of states) {
      for (const [key, before] of applies === null ? [] : old) {
        if (before === null || !isMaker(before.identity)) continue;
        const has = applies?.has(key) || start?.has(key);
        if (has && !isSameAt(before, applies?.get(key))) found.set(key, makerDoubt(before));
      }
    }
  }
  return [...found.values()];
}

/** Whether what it makes are Kustomizations, as far as its text tells. */
function makesKustomizations({ manifest }: BuiltObject): boolean {
  return /kustomize\.toolkit\.fluxcd\.io/.test(
    JSON.stringify(manifest, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}

function followerDoubt({ identity }: BuiltObject): Unknown {
  return {
    reason: 'opaque-source',
    subject: showObject(identity),
    message: `${showObject(identity)} makes Kustomizations of its own: it is not known what they have, and delete, with this revision`,
    fix: 'Ask the cluster for what they have: sopskit flux plan --live names them.',
  };
}

/** Whether a build has an object as it was. One that it has not may be another's. */
function isSameAt(before: BuiltObject, after: BuiltObject | undefined): boolean {
  if (after === undefined) return false;
  const [ours, theirs] = [mappingAt(before.manifest, 'spec'), mappingAt(after.manifest, 'spec')];
  return ours === null || theirs === null ? ours === theirs : sameData(ours, theirs);
}

function makerDoubt({ identity }: BuiltObject): Unknown {
  return {
    reason: 'opaque-source',
    subject: showObject(identity),
    message: `${showObject(identity)} changes or goes, and what it makes is in no inventory of a Kustomization: it is not known what of that is deleted`,
    fix: 'Compare what it makes before and after with the tool that it belongs to (flux-operator build resourceset, e.g.).',
  };
}

function childDoubt(key: string, parent: string): Unknown {
  return {
    reason: 'unreadable',
    subject: key,
    message: `${key} may go or change with ${parent}, of which it is not known what it builds`,
    fix: `Make known what ${parent} builds.`,
  };
}

function put(map: Map<string, Unknown>, unknown: Unknown): void {
  map.set(textOf(unknown), unknown);
}

function textOf({ reason, subject, message }: Unknown): string {
  return JSON.stringify([reason, subject, message]);
}
