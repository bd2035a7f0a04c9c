import type { Cluster, KindRef } from '../../cluster/cluster.ts';
import { fieldIn, itemsIn, numberIn, textIn, textMapIn, textsIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { controllerSecret } from './controller-secret.ts';
import { readApplied } from './read-applied.ts';
import { readFailures } from './read-failures.ts';
import { readFluxObject } from './read-flux-object.ts';
import type { Controller, FluxObject, Reading, SecretKey } from './reading.ts';

const fluxKinds: readonly (readonly [string, FluxObject['role']])[] = [
  ['gitrepositories.source.toolkit.fluxcd.io', 'source'],
  ['ocirepositories.source.toolkit.fluxcd.io', 'source'],
  ['buckets.source.toolkit.fluxcd.io', 'source'],
  ['externalartifacts.source.toolkit.fluxcd.io', 'source'],
  ['helmrepositories.source.toolkit.fluxcd.io', 'source'],
  ['helmcharts.source.toolkit.fluxcd.io', 'source'],
  ['kustomizations.kustomize.toolkit.fluxcd.io', 'kustomization'],
  ['helmreleases.helm.toolkit.fluxcd.io', 'release'],
];

/**
 * Reads the objects of Flux and what explains them. `namespace`: only of there, for users who may read no more. What one
 * may not read beside them is noted in `unread`. Throws `cluster.*` where Flux's own objects may not be read, unless
 * `pass` takes the error of a kind that may not be listed, and `cluster.not-found` for a cluster without Flux.
 */
export async function readCluster(
  cluster: Cluster,
  namespace: string | null,
  now: Date,
  flags: string,
  pass?: (error: SopskitError) => void,
): Promise<Reading> {
  const unread: string[] = [];
  const objects = new Map<string, FluxObject>();
  let isThere = false;
  for (const [typed, role] of fluxKinds) {
    const [kind] = await cluster.resolve(typed);
    if (kind === undefined) continue;
    isThere = true;
    const listed = await cluster.list(kind, namespace).catch((error: unknown) => {
      if (pass === undefined || !(error instanceof SopskitError) || error.code !== 'cluster.denied')
        throw error;
      pass(error);
      return [];
    });
    for (const manifest of listed) {
      const one = readFluxObject(manifest, role);
      objects.set(one.key, one);
    }
  }
  if (!isThere) throw noFlux(cluster);
  const optional = async <T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> =>
    await work().catch((error: unknown) => {
      if (!(error instanceof SopskitError) || !error.code.startsWith('cluster.')) throw error;
      unread.push(`${what}: ${error.message}`);
      return otherwise;
    });
  const controllers = await optional('Flux’s controllers', () => readControllers(cluster), new Map());
  return {
    context: cluster.context,
    server: cluster.server,
    now,
    objects,
    flags,
    unread,
    applied: await readApplied(cluster, [...objects.values()], namespace, optional),
    failures: await optional('events of Flux', () => readFailures(cluster), new Map()),
    secrets: await readSecrets(cluster, secretsOf([...objects.values()], controllers), optional),
    controllers,
    dnsDomain: await optional('the cluster’s DNS domain', () => readDomain(cluster), null),
  };
}

/** Does one part of the reading that may fail. */
export type Optional = <T>(what: string, work: () => Promise<T>, otherwise: T) => Promise<T>;

function noFlux({ context, server }: Cluster): SopskitError {
  return new SopskitError(
    'cluster.not-found',
    `There is no Flux in the cluster ${server}: none of its kinds is served`,
    {
      hint: `Is ${context} the right context? kubectl config get-contexts lists those there are.`,
    },
  );
}

const secretKind: KindRef = { apiVersion: 'v1', kind: 'Secret' };

/** Names and emptiness of the keys of decryption Secrets; their values are not kept. */
async function readSecrets(
  cluster: Cluster,
  wanted: readonly SecretRef[],
  optional: Optional,
): Promise<ReadonlyMap<string, readonly SecretKey[] | null>> {
  const found = new Map<string, readonly SecretKey[] | null>();
  for (const { namespace, name } of wanted) {
    if (found.has(`${namespace}/${name}`)) continue;
    const keys = await optional(
      `Secret ${namespace}/${name}`,
      async () => keysOf(await cluster.get({ ...secretKind, namespace, name })),
      undefined,
    );
    if (keys !== undefined) found.set(`${namespace}/${name}`, keys);
  }
  return found;
}

/** Those that Kustomizations name, and the controller's own. */
function secretsOf(
  objects: readonly FluxObject[],
  controllers: ReadonlyMap<string, Controller>,
): readonly SecretRef[] {
  const own = controllerSecret({ controllers });
  const named = objects.flatMap(({ manifest, namespace }) => {
    const name = textIn(manifest, 'spec', 'decryption', 'secretRef', 'name');
    return name === '' ? [] : [{ namespace, name }];
  });
  return own == null ? named : [...named, own];
}

function keysOf(secret: Mapping | null): readonly SecretKey[] | null {
  if (secret === null) return null;
  const data = fieldIn(secret, 'data');
  if (data?.kind !== 'mapping') return [];
  return entriesOf(data).map(({ key, value }) => ({
    name: String(key),
    empty: value.kind !== 'string' || Buffer.from(value.value, 'base64').toString('latin1').trim() === '',
  }));
}

async function readControllers(cluster: Cluster): Promise<ReadonlyMap<string, Controller>> {
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const found = await cluster.list(kind, null, 'app.kubernetes.io/part-of=flux');
  return new Map(
    found.map((manifest) => {
      const name = textIn(manifest, 'metadata', 'name');
      const containers = itemsIn(manifest, 'spec', 'template', 'spec', 'containers');
      const ready = (numberIn(manifest, 'status', 'availableReplicas') ?? 0) > 0;
      const args = containers.flatMap((one) => [...textsIn(one, 'command'), ...textsIn(one, 'args')]);
      return [name, { namespace: textIn(manifest, 'metadata', 'namespace'), name, ready, args }];
    }),
  );
}

/** CoreDNS' zone of the cluster: `kubernetes cluster.local in-addr.arpa ip6.arpa` in its Corefile. */
async function readDomain(cluster: Cluster): Promise<string | null> {
  for (const name of ['coredns', 'rke2-coredns-rke2-coredns']) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name };
    const config = await cluster.get(object);
    const corefile = config === null ? '' : (textMapIn(config, 'data').get('Corefile') ?? '');
    const zone = /^\s*kubernetes\s+([^\s{]+)/m.exec(corefile)?.[1];
    if (zone !== undefined) return zone.replace(/\.$/, '');
  }
  return null;
}
