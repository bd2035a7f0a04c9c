import { showObject } from '../object-id.ts';
import type { ClusterPlan, ObjectChange } from '../plan/plan.ts';
import { type FluxGraph, type GraphChange, type GraphMove, type GraphNode, noChange } from './graph.ts';
import { parentsFirst } from './graph-of-model.ts';

/** Lays a plan over the graphs of its two states: what is gone is drawn too. `null`: the cluster is not there. */
export function graphOfPlan(plan: ClusterPlan, base: FluxGraph | null, head: FluxGraph | null): FluxGraph {
  const [before, after] = [keysOf(base), keysOf(head)];
  const added = (head?.nodes ?? []).map((node) =>
    before.has(node.key) ? node : { ...node, presence: 'added' as const },
  );
  const removed = (base?.nodes ?? [])
    .filter(({ key }) => !after.has(key))
    .map((node) => ({ ...node, presence: 'removed' as const }));
  const changes = changesByKustomization(plan.objects);
  const nodes = [...added, ...removed].map((node) => ({
    ...node,
    change: changes.get(node.key) ?? noChange,
  }));
  return {
    cluster: plan.cluster,
    states: [...(base?.states ?? []), ...(head?.states ?? [])],
    answer: plan.answer,
    nodes: parentsFirst(nodes),
    sources: mergedSources(base, head, nodes),
    moves: movesOf(plan.objects, new Set(nodes.map(({ key }) => key))),
  };
}

function keysOf(graph: FluxGraph | null): ReadonlySet<string> {
  return new Set((graph?.nodes ?? []).map(({ key }) => key));
}

function mergedSources(base: FluxGraph | null, head: FluxGraph | null, nodes: readonly GraphNode[]) {
  const all = new Map([...(base?.sources ?? []), ...(head?.sources ?? [])].map((one) => [one.key, one]));
  const used = new Set(nodes.map(({ source }) => source));
  return [...all.values()].filter(({ key }) => used.has(key));
}

function changesByKustomization(objects: readonly ObjectChange[]): ReadonlyMap<string, GraphChange> {
  const found = new Map<string, GraphChange>();
  const add = (key: string, more: Partial<GraphChange>): void => {
    const old = found.get(key) ?? noChange;
    found.set(key, {
      created: old.created + (more.created ?? 0),
      changed: old.changed + (more.changed ?? 0),
      deleted: old.deleted + (more.deleted ?? 0),
      orphaned: old.orphaned + (more.orphaned ?? 0),
      losses: [...old.losses, ...(more.losses ?? [])],
    });
  };
  for (const change of objects) {
    if (change.kind === 'created') for (const key of change.to) add(key, { created: 1 });
    if (change.kind === 'changed') for (const key of change.to) add(key, { changed: 1 });
    const losses = [lossText(change)];
    if (change.risk !== 'none') for (const key of change.from) add(key, { deleted: 1, losses });
    else if (change.kind === 'orphaned') for (const key of change.from) add(key, { orphaned: 1, losses });
  }
  return found;
}

function lossText({ object, kind, risk, cause }: ObjectChange): string {
  const fate =
    kind === 'moved'
      ? risk === 'certain'
        ? 'deleted and made anew'
        : 'may be deleted and made anew'
      : kind === 'orphaned' && risk === 'none'
        ? 'left behind, owned by nobody'
        : risk === 'certain'
          ? 'deleted'
          : 'may be deleted';
  return `${showObject(object)}: ${fate}${cause === '' ? '' : ` (${cause.replaceAll('`', '')})`}`;
}

function movesOf(objects: readonly ObjectChange[], drawn: ReadonlySet<string>): GraphMove[] {
  const moves = new Map<string, GraphMove>();
  for (const { kind, from, to, risk } of objects) {
    if (kind !== 'moved') continue;
    for (const start of from.filter((key) => drawn.has(key) && !to.includes(key)))
      for (const end of to.filter((key) => drawn.has(key) && !from.includes(key))) {
        const old = moves.get(`${start} ${end}`);
        const atRisk = risk !== 'none' || (old?.atRisk ?? false);
        moves.set(`${start} ${end}`, { from: start, to: end, count: (old?.count ?? 0) + 1, atRisk });
      }
  }
  return [...moves.values()];
}
