import { valueAt } from '../../tree/mapping.ts';
import type { Value } from '../../tree/value.ts';
import { keyOf } from '../kustomization.ts';
import type { ClusterModel, KustomizationNode, SourceNode } from '../model/model.ts';
import { type FluxGraph, type GraphNode, type GraphSource, noChange } from './graph.ts';

/** Makes the graph of a cluster at one state. */
export function graphOfModel(cluster: ClusterModel, label: string): FluxGraph {
  const keys = new Set(cluster.kustomizations.keys());
  const nodes = [...cluster.kustomizations.values()].map((node) => graphNode(node, keys));
  return {
    cluster: cluster.name,
    states: [label],
    answer: null,
    nodes: parentsFirst(nodes),
    sources: usedSources(cluster, nodes),
    moves: [],
  };
}

function graphNode(node: KustomizationNode, keys: ReadonlySet<string>): GraphNode {
  const { kustomization, build } = node;
  const { spec } = kustomization;
  const key = keyOf(kustomization);
  const wanted = spec.dependsOn.map(keyOf);
  return {
    key,
    namespace: kustomization.namespace,
    name: kustomization.name,
    path: spec.path,
    parent: node.owners.find((owner) => owner !== key && keys.has(owner)) ?? null,
    dependsOn: [...new Set(wanted.filter((name) => keys.has(name)))],
    missing: wanted.filter((name) => !keys.has(name)),
    source: node.source,
    objects: build.kind === 'built' ? build.objects.length : null,
    state: build.kind,
    reason:
      build.kind === 'failed' ? build.message : build.kind === 'unknown' ? unknownText(build.unknowns) : '',
    prunes: spec.prune,
    suspended: spec.suspend,
    decrypts: spec.decryption !== null,
    presence: 'stays',
    change: noChange,
  };
}

function unknownText(unknowns: readonly { readonly message: string }[]): string {
  return [...new Set(unknowns.map(({ message }) => message))].join('; ');
}

/**
 * Orders nodes so that each comes behind the one that applies it. Where Kustomizations apply each other in a circle, the
 * first one of it is drawn on its own.
 */
export function parentsFirst(nodes: readonly GraphNode[]): GraphNode[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const ordered = new Map<string, GraphNode>();
  const visit = (node: GraphNode, above: ReadonlySet<string>): void => {
    if (ordered.has(node.key)) return;
    const parent = node.parent === null ? undefined : byKey.get(node.parent);
    const circular = parent !== undefined && above.has(parent.key);
    if (parent !== undefined && !circular) visit(parent, new Set([...above, node.key]));
    if (!ordered.has(node.key)) ordered.set(node.key, circular ? { ...node, parent: null } : node);
  };
  for (const node of nodes) visit(node, new Set([node.key]));
  return [...ordered.values()];
}

function usedSources(cluster: ClusterModel, nodes: readonly GraphNode[]): GraphSource[] {
  const used = new Set(nodes.map(({ source }) => source));
  return [...used].map((key) => {
    const source = cluster.sources.get(key);
    return source === undefined ? namedOnly(key) : graphSource(key, source);
  });
}

function namedOnly(key: string): GraphSource {
  const [kind = '', , name = ''] = key.split('/');
  return { key, kind, name, detail: 'not in the repository', opaque: true };
}

function graphSource(key: string, { kind, name, manifest, content }: SourceNode): GraphSource {
  const spec = manifest === null ? undefined : valueAt(manifest, 'spec');
  const address = textIn(spec, 'url') ?? textIn(spec, 'bucketName');
  const revision = content.kind === 'repository' && !content.follows ? (content.revision ?? '') : '';
  const detail =
    content.kind === 'opaque'
      ? (address ?? content.why.message)
      : [revision === '' ? 'this repository' : `this repository at ${revision}`].join('');
  return { key, kind, name, detail: withoutLogin(detail), opaque: content.kind === 'opaque' };
}

function textIn(value: Value | undefined, key: string): string | null {
  const found = value?.kind === 'mapping' ? valueAt(value, key) : undefined;
  return found?.kind === 'string' ? found.value : null;
}

/** An address may carry a password. */
function withoutLogin(text: string): string {
  return text.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
