import type { Cluster, KindRef } from '../../../src/cluster/cluster.ts';
import { textIn, textMapIn } from '../../../src/cluster/fields.ts';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { Mapping } from '../../../src/tree/value.ts';
import { tree } from '../flux-doctor/made-reading.ts';

export interface FakeClusterOptions {
  readonly objects?: readonly object[];
  readonly context?: string;
  /** Kinds that may not be read, `list` and `get` alike; `list Kind` or `get Kind`: only so. */
  readonly denied?: readonly string[];
  /** Kinds that are not served. */
  readonly unserved?: readonly string[];
}

/** A cluster that has these objects, and takes no changes. */
export function fakeCluster({
  objects = [],
  context = 'test',
  denied = [],
  unserved = [],
}: FakeClusterOptions = {}): Cluster {
  const manifests = objects.map(tree);
  const kindOf = (manifest: Mapping): string => textIn(manifest, 'kind');
  const allow = (verb: string, kind: string): void => {
    if (denied.includes(kind) || denied.includes(`${verb} ${kind}`))
      throw new SopskitError('cluster.denied', `User test may not ${verb} ${kind}`, {
        hint: 'An administrator allows it: kubectl create clusterrole a && kubectl create clusterrolebinding b',
      });
  };
  const refuse = async (): Promise<never> => {
    throw new Error('this cluster takes no changes');
  };
  const served = (kind: string): boolean => !unserved.includes(kind);
  return {
    ...{ server: 'https://test.example.com', context, namespace: 'default', flags: ` --context ${context}` },
    version: async () => 'v1.36.3',
    serves: async ({ kind }: KindRef) => served(kind),
    async resolve(typed) {
      const [kind = '', ...group] = typed.split('.');
      return served(kind) ? [{ apiVersion: `${group.join('.')}/v1`, kind }] : [];
    },
    isNamespaced: async () => true,
    async get({ kind, namespace, name }) {
      allow('get', kind);
      const isIt = (one: Mapping): boolean =>
        kindOf(one) === kind &&
        textIn(one, 'metadata', 'namespace') === namespace &&
        textIn(one, 'metadata', 'name') === name;
      return manifests.find(isIt) ?? null;
    },
    async list({ kind }, namespace, selector) {
      allow('list', kind);
      const [label, wanted] = selector?.split('=') ?? [];
      return manifests.filter(
        (one) =>
          kindOf(one) === kind &&
          (namespace === null || textIn(one, 'metadata', 'namespace') === namespace) &&
          (label === undefined || textMapIn(one, 'metadata', 'labels').get(label) === wanted),
      );
    },
    apply: refuse,
    patch: refuse,
    delete: refuse,
    events: async () => [],
  };
}
