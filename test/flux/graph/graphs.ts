import { type FluxGraph, type GraphNode, noChange } from '../../../src/flux/graph/graph.ts';

/** A made-up Kustomization of a graph. */
export function node(name: string, more: Partial<GraphNode> = {}): GraphNode {
  return {
    key: `flux-system/${name}`,
    namespace: 'flux-system',
    name,
    path: `apps/${name}`,
    parent: null,
    dependsOn: [],
    missing: [],
    source: 'GitRepository/flux-system/flux-system',
    objects: 3,
    state: 'built',
    reason: '',
    prunes: true,
    suspended: false,
    decrypts: false,
    presence: 'stays',
    change: noChange,
    ...more,
  };
}

export function graph(nodes: readonly GraphNode[], more: Partial<FluxGraph> = {}): FluxGraph {
  return {
    cluster: 'clusters/test',
    states: ['the working tree'],
    answer: null,
    nodes,
    sources: [],
    moves: [],
    ...more,
  };
}

/** A homelab of 100: a root, a few foundations in order, and applications that wait for them. */
export function hundred(): FluxGraph {
  const root = node('flux-system', { path: 'clusters/test' });
  const infrastructure = node('infrastructure', { parent: root.key });
  const apps = node('apps', { parent: root.key, dependsOn: [infrastructure.key] });
  const below = (parent: GraphNode, name: string, dependsOn: readonly string[] = []) =>
    node(name, { parent: parent.key, dependsOn: dependsOn.map((one) => `flux-system/${one}`) });
  const foundations = [
    below(infrastructure, 'cilium'),
    below(infrastructure, 'cert-manager', ['cilium']),
    below(infrastructure, 'rook-ceph', ['cilium']),
    below(infrastructure, 'rook-ceph-cluster', ['rook-ceph']),
    below(infrastructure, 'external-secrets', ['cert-manager']),
    below(infrastructure, 'volsync', ['rook-ceph-cluster']),
    below(infrastructure, 'cloudnative-pg', ['rook-ceph-cluster', 'cilium']),
  ];
  const wants = [
    [],
    ['rook-ceph-cluster'],
    ['rook-ceph-cluster', 'volsync'],
    ['external-secrets'],
    ['cloudnative-pg', 'external-secrets'],
  ];
  const many = Array.from({ length: 90 }, (_, at) =>
    below(apps, `application-${at}`, wants[at % wants.length]),
  );
  return graph([root, infrastructure, apps, ...foundations, ...many]);
}
