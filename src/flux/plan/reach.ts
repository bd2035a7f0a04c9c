import type { BuiltObject } from '../build/build.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';
import type { ClusterChange, KustomizationChange, LiveKustomization, LiveState, Side } from './change.ts';
import { buildText, effectText, realmOf } from './spec-text.ts';
import { appliedSpecs, isKustomization } from './specs-in-build.ts';
import { type Actor, type ObjectKey, objectKey, type State, stateOf } from './state.ts';
import { isHeld, saysSuspend } from './suspended-by-hand.ts';

interface Draft {
  readonly change: KustomizationChange;
  readonly specs: Record<Side, FluxKustomization | null>;
  readonly states: Map<string, State>;
  readonly parents: Set<string>;
  readonly unknowns: Unknown[];
}

/**
 * Finds what every Kustomization of a change may do: a spec is live at the base, or once a parent has applied it; with it
 * meet the trees that its source can have then. A source that the parent has too is at the head where the parent was.
 */
export function reachStates(change: ClusterChange, live: LiveState | null): ReadonlyMap<string, Actor> {
  const drafts = new Map([...change.kustomizations].map(([key, one]) => [key, draftOf(one, live)]));
  const waiting: [string, State][] = [];
  const reach = (key: string, side: State['side'], tree: Side, between?: number): void => {
    const draft = drafts.get(key);
    const state = draft === undefined ? null : makeState(draft, side, tree, between);
    const name = `${side} ${between ?? ''} ${tree}`;
    if (draft === undefined || state === null || draft.states.has(name)) return;
    draft.states.set(name, state);
    waiting.push([key, state]);
    const midway = tree === 'head' ? makeMidway(draft, state) : null;
    for (const [kind, one] of Object.entries({ midway, stale: makeStale(draft, state) })) {
      if (one === null) continue;
      draft.states.set(`${name} ${kind}`, one);
      waiting.push([key, one]);
    }
  };
  for (const [key, { specs }] of drafts) {
    if (specs.base === null) continue;
    reach(key, 'base', 'base');
    reach(key, 'base', 'head');
  }
  for (const tree of treesOfEntry(drafts.get(change.entry), change.entry)) reach(change.entry, 'head', tree);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [parent, state] = next;
    if (state.realm !== '') continue;
    for (const object of state.applies?.values() ?? []) {
      if (isKustomization(object)) applySpec(drafts, parent, state, object, reach);
    }
  }
  const flapping = flappingIn(drafts);
  return new Map([...drafts].map(([key, draft]) => [key, actorOf(key, draft, live, flapping.has(key))]));
}

/** Kustomizations whose specs come in any order: those of several parents, and what they apply. */
function flappingIn(drafts: ReadonlyMap<string, Draft>): ReadonlySet<string> {
  const found = new Set([...drafts].flatMap(([key, { parents }]) => (parents.size > 1 ? [key] : [])));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [key, { parents }] of drafts)
      if ([...parents].some((parent) => found.has(parent))) found.add(key);
  }
  return found;
}

/**
 * The trees over which the entry has the head's spec without any build that applies it: it is new, made by hand, or the
 * flux-operator makes it from a FluxInstance, at its own time.
 */
function treesOfEntry(entry: Draft | undefined, key: string): readonly Side[] {
  if (entry === undefined || entry.specs.head === null) return [];
  if (entry.specs.base === null) return ['head'];
  const isBuilt = (['base', 'head'] as const).some((side) => {
    const build = entry.change.view(side, side);
    return (
      build?.kind === 'built' &&
      build.objects.some((object) => isKustomization(object) && keyOf(object.identity) === key)
    );
  });
  return isBuilt ? [] : ['base', 'head'];
}

type Reach = (key: string, side: State['side'], tree: Side, between?: number) => void;

function applySpec(
  drafts: ReadonlyMap<string, Draft>,
  parent: string,
  state: State,
  object: BuiltObject,
  reach: Reach,
): void {
  const key = keyOf(object.identity);
  const draft = drafts.get(key);
  if (draft === undefined) return unknownSpec(drafts.get(parent), key, parent);
  draft.parents.add(parent);
  for (const applied of appliedSpecs(object, draft.change, state.tree)) {
    if (applied === null) {
      unknownSpec(draft, key, parent);
      continue;
    }
    const isSide = applied === 'base' || applied === 'head';
    const source = isSide ? draft.change.source[applied] : applied.source;
    const trees: Side[] = source === state.source ? [state.tree, 'head'] : ['base', 'head'];
    const between = isSide ? undefined : draft.change.between?.indexOf(applied);
    for (const tree of trees) reach(key, isSide ? applied : 'between', tree, between);
  }
}

function unknownSpec(draft: Draft | undefined, key: string, parent: string): void {
  if (draft?.unknowns.some(({ subject }) => subject === key) !== false) return;
  draft.unknowns.push({
    reason: 'variable',
    subject: key,
    message: `while the change reaches the cluster, ${parent} applies ${key} with a spec that is neither the old nor the new one`,
    fix: 'Change the parent and its children in two commits.',
  });
}

function draftOf(change: KustomizationChange, live: LiveState | null): Draft {
  const unknowns: Unknown[] = [];
  const lives = live === null ? undefined : livesAs(live.kustomizations.get(change.key));
  const base = live === null ? change.spec.base : (lives ?? null);
  if (lives !== undefined && !buildsAlike(lives, change.spec.base))
    unknowns.push({
      reason: 'live',
      subject: change.key,
      message: `the live spec of ${change.key} is not the one at the base: what it builds is not known`,
      fix: 'Wait until the cluster has the base revision, or plan from the revision that it has.',
    });
  const head =
    change.spec.head !== null &&
    isHeld(live?.kustomizations.get(change.key)) &&
    !saysSuspend(change.spec.head)
      ? { ...change.spec.head, spec: { ...change.spec.head.spec, suspend: true } }
      : change.spec.head;
  return { change, specs: { base, head }, states: new Map(), parents: new Set(), unknowns };
}

function buildsAlike(one: FluxKustomization, other: FluxKustomization | null): boolean {
  return other !== null && buildText(one.spec) === buildText(other.spec);
}

/** The live spec; a suspension that the parent's next apply takes off is none. */
function livesAs(found: LiveKustomization | undefined): FluxKustomization | undefined {
  if (found?.suspension !== 'reverted') return found?.kustomization;
  const { kustomization } = found;
  return { ...kustomization, spec: { ...kustomization.spec, suspend: false } };
}

function makeState(draft: Draft, side: State['side'], tree: Side, between?: number): State | null {
  if (side === 'between') {
    const found = draft.change.between?.[between ?? -1];
    if (found === undefined) return null;
    return stateOf(side, tree, found.spec, found.source, realmOf(found.spec), found.view(tree));
  }
  const spec = draft.specs[side];
  const build = draft.change.view(side, tree);
  if (spec === null || build === null) return null;
  return stateOf(side, tree, spec, draft.change.source[side], realmOf(spec), build);
}

function makeMidway({ change }: Draft, { side, tree, spec, source, realm }: State): State | null {
  const build = side === 'between' ? null : (change.midway?.(side) ?? null);
  return build === null ? null : { ...stateOf(side, tree, spec, source, realm, build), midway: true };
}

function makeStale({ change }: Draft, { side, tree, spec, source, realm }: State): State | null {
  const build = side === 'between' ? null : (change.stale?.(side, tree) ?? null);
  return build === null ? null : { ...stateOf(side, tree, spec, source, realm, build), stale: true };
}

function actorOf(key: string, draft: Draft, live: LiveState | null, flaps: boolean): Actor {
  const states = [...draft.states.values()].sort((a, b) => rank(a) - rank(b));
  return {
    key,
    specs: draft.specs,
    start: startOf(key, draft, live),
    states,
    respecified: isRespecified(draft.specs),
    flaps,
    unknowns: draft.unknowns,
  };
}

function isRespecified({ base, head }: Draft['specs']): boolean {
  return base !== null && head !== null && effectText(base.spec) !== effectText(head.spec);
}

function rank({ side, tree, midway, stale }: State): number {
  const late = tree === 'base' ? 0 : midway ? 1 : 2;
  return (
    (side === 'base' ? 0 : side === 'between' ? 3 : 6) + late + (stale ? (tree === 'base' ? 0.25 : -0.25) : 0)
  );
}

/** What a Kustomization holds before the change; `null`: it cannot be told from the repository. */
function startOf(
  key: string,
  { change, specs }: Draft,
  live: LiveState | null,
): ReadonlyMap<ObjectKey, BuiltObject | null> | null {
  const { base } = specs;
  if (base === null) return new Map();
  const build = change.view('base', 'base');
  const built = new Map(build?.kind === 'built' ? build.objects.map((object) => [object.id, object]) : []);
  if (live === null && build?.kind !== 'built') return null;
  const ids = live === null ? built.keys() : (live.kustomizations.get(key)?.inventory ?? []);
  const realm = realmOf(base);
  return new Map([...ids].map((id) => [objectKey(realm, id), built.get(id) ?? null]));
}
