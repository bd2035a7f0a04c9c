import type { Cluster } from '../../../cluster/cluster.ts';
import { textIn } from '../../../cluster/fields.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import { readCluster } from '../../flux-doctor/read-cluster.ts';
import type { Reading } from '../../flux-doctor/reading.ts';
import type { BoundCluster, FluxController } from '../bound-cluster.ts';
import { keySecretOf, readKeySecret, secretKind } from '../read-key-secret.ts';
import { type LiveSide, type SecretSeen, secretText, type Unseen } from './scene.ts';

/** Types of Secrets that hold no keys of anybody's choice. */
const ownTypes: ReadonlySet<string> = new Set([
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'kubernetes.io/tls',
  'kubernetes.io/dockerconfigjson',
  'bootstrap.kubernetes.io/token',
]);

/**
 * Reads the Secrets that Kustomizations decrypt with, and what Flux says. What may not be read is noted, and the
 * rest is read. Throws `cluster.unreachable`, `cluster.timeout`.
 */
export async function readLive(
  bound: BoundCluster,
  refs: readonly SecretRef[],
  now: Date,
): Promise<LiveSide> {
  const { cluster } = bound;
  const secrets = new Map<string, SecretSeen>();
  for (const ref of refs) {
    if (secrets.has(secretText(ref))) continue;
    secrets.set(secretText(ref), await look(bound, ref, refs));
  }
  const unseen: Unseen[] = [];
  await lookForController(bound, unseen);
  const reading = await readFlux(bound, now, unseen);
  return { cluster, bound, secrets, reading, unseen };
}

async function look(bound: BoundCluster, ref: SecretRef, refs: readonly SecretRef[]): Promise<SecretSeen> {
  const { cluster, controller } = bound;
  try {
    const secret = await readKeySecret(cluster, ref, controller);
    if (secret !== null) return { kind: 'found', secret };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: 'unread', error };
  }
  return {
    kind: 'missing',
    namespaceIsThere: await namespaceIsThere(cluster, ref.namespace),
    alike: [...(await keysIn(bound, ref)), ...(await sameElsewhere(bound, ref, refs))],
  };
}

async function namespaceIsThere(cluster: Cluster, name: string): Promise<boolean | null> {
  const object = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name };
  return allowed(async () => (await cluster.get(object)) !== null, null);
}

/** Secrets of its namespace that hold private keys: one that was given another name. */
async function keysIn({ cluster, controller }: BoundCluster, ref: SecretRef): Promise<readonly SecretRef[]> {
  const all = await allowed(() => cluster.list(secretKind, ref.namespace), []);
  const found: SecretRef[] = [];
  for (const manifest of all) {
    if (ownTypes.has(textIn(manifest, 'type'))) continue;
    const { entries, ref: own } = await keySecretOf(manifest, controller);
    if (entries.some(({ holds }) => holds.some(({ kind }) => kind !== 'ssh'))) found.push(own);
    for (const { value } of entries) value.wipe();
  }
  return found;
}

/** Whether the same name is in another namespace that Flux is in. */
async function sameElsewhere(
  { cluster, live, controller }: BoundCluster,
  ref: SecretRef,
  refs: readonly SecretRef[],
): Promise<readonly SecretRef[]> {
  const namespaces = new Set([
    ...(controller === null ? ['flux-system'] : [controller.namespace, 'flux-system']),
    ...refs.map(({ namespace }) => namespace),
    ...[...live.values()].map(({ kustomization }) => kustomization.namespace),
  ]);
  namespaces.delete(ref.namespace);
  const found: SecretRef[] = [];
  for (const namespace of [...namespaces].slice(0, mostNamespaces)) {
    const other = await allowed(() => cluster.get({ ...secretKind, namespace, name: ref.name }), null);
    if (other !== null) found.push({ namespace, name: ref.name });
  }
  return found;
}

/** A Secret in the wrong namespace is mostly in that of another Kustomization: not all are asked. */
const mostNamespaces = 24;

/** What Flux says. Where sources, or releases, may not be listed, Kustomizations say most of it. */
async function readFlux(
  { cluster, controller }: BoundCluster,
  now: Date,
  unseen: Unseen[],
): Promise<Reading | null> {
  try {
    const pass = (error: SopskitError): void => void unseen.push({ what: 'what Flux says', error });
    const reading = await readCluster(cluster, null, now, cluster.flags, pass);
    return controller === null ? reading : withController(reading, controller);
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof SopskitError && error.code === 'cluster.not-found'))
      throw error;
    unseen.push({ what: 'what Flux says', error });
    return null;
  }
}

/** Where it was found otherwise than by its labels, or Deployments may be read one by one only. */
function withController(reading: Reading, { namespace, sopsAgeSecret }: FluxController): Reading {
  const name = 'kustomize-controller';
  if (reading.controllers.has(name)) return reading;
  const args = sopsAgeSecret === null ? [] : [`--sops-age-secret=${sopsAgeSecret}`];
  return {
    ...reading,
    controllers: new Map([...reading.controllers, [name, { namespace, name, ready: true, args }]]),
  };
}

/** Why there seems to be no kustomize-controller: then its flag and its release are not known. */
async function lookForController({ cluster, controller }: BoundCluster, unseen: Unseen[]): Promise<void> {
  if (controller !== null) return;
  try {
    await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, null, 'app.kubernetes.io/part-of=flux');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    unseen.push({
      what: 'kustomize-controller (its --sops-age-secret and its release are not known)',
      error,
    });
  }
}

async function allowed<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return otherwise;
  }
}

function isRefusal(error: unknown): error is SopskitError {
  return (
    error instanceof SopskitError && (error.code === 'cluster.denied' || error.code === 'cluster.refused')
  );
}
