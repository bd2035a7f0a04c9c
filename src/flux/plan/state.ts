import type { Build, BuiltObject } from '../build/build.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { printId } from '../object-id.ts';
import type { Unknown } from '../unknown.ts';
import type { Side } from './change.ts';

/** Names an object over all clusters that are applied to: its id, with the remote cluster before it. */
export type ObjectKey = string;

export function objectKey(realm: string, id: string): ObjectKey {
  return realm === '' ? id : `${realm} ${id}`;
}

/** The parts of a key: the cluster, and the id in it. */
export function partsOf(key: ObjectKey): { readonly realm: string; readonly id: string } {
  const end = key.lastIndexOf(' ');
  return { realm: end < 0 ? '' : key.slice(0, end), id: key.slice(end + 1) };
}

/** The key of a Kustomization's own object. */
export function objectOf(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return printId({
    namespace: key.slice(0, slash),
    name: key.slice(slash + 1),
    group: 'kustomize.toolkit.fluxcd.io',
    kind: 'Kustomization',
  });
}

/** What one run of a Kustomization does: with one spec, over one tree of its source. */
export interface State {
  readonly side: Side | 'between';
  readonly tree: Side;
  /** Whether the source takes the head's files as it did at the base. */
  readonly midway: boolean;
  /** Whether its variables are those of the other side: it is never the last one. */
  readonly stale: boolean;
  readonly spec: FluxKustomization;
  readonly source: string | null;
  /** The cluster that it applies to: empty for its own. */
  readonly realm: string;
  readonly build: Build;
  /** What it applies; `null` where it applies nothing: suspended, failing, not known. */
  readonly applies: ReadonlyMap<ObjectKey, BuiltObject> | null;
}

export function stateOf(
  side: State['side'],
  tree: Side,
  spec: FluxKustomization,
  source: string | null,
  realm: string,
  build: Build,
): State {
  const applies =
    spec.spec.suspend || build.kind !== 'built'
      ? null
      : new Map(build.objects.map((object) => [objectKey(realm, object.id), object]));
  return { side, tree, midway: false, stale: false, spec, source, realm, build, applies };
}

/** A Kustomization of a change, with all that it may do. */
export interface Actor {
  readonly key: string;
  readonly specs: Readonly<Record<Side, FluxKustomization | null>>;
  /** What it holds before the change; an object is `null` where only its id is known. The whole is `null`: not known. */
  readonly start: ReadonlyMap<ObjectKey, BuiltObject | null> | null;
  /** In the order in which they may come. */
  readonly states: readonly State[];
  /** Whether the head's spec does something else than the base's. */
  readonly respecified: boolean;
  /** Whether more than one Kustomization applies it: its specs come in any order. */
  readonly flaps: boolean;
  readonly unknowns: readonly Unknown[];
}

/** Whether one state may be followed by another. */
export function mayFollow(actor: Actor, earlier: State, later: State): boolean {
  if (earlier === later) return false;
  const back = treeRank(later) < treeRank(earlier);
  if (back && earlier.source === later.source) return false;
  // variables do not go back either
  const variables = earlier.stale || later.stale;
  if (variables && variablesOf(earlier) === 'head' && variablesOf(later) === 'base') return false;
  return actor.flaps || !(earlier.side === 'head' && later.side !== 'head');
}

function variablesOf({ tree, stale }: State): Side {
  return (tree === 'head') === stale ? 'base' : 'head';
}

function treeRank({ tree, midway }: State): number {
  return tree === 'base' ? 0 : midway ? 1 : 2;
}
