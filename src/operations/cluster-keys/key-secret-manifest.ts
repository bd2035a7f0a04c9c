import type { SecretRef } from '../../flux/decryption/decryption.ts';
import type { Secret } from '../../secret/secret.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';

/** Field manager of what sopskit puts into a Secret of keys. */
export const keyManager = 'sopskit';
/** Where `kubectl apply` leaves a copy of what it was given, in clear. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** Has Flux (2.7 and later) act at once when the Secret changes. */
export const watchLabel = ['reconcile.fluxcd.io/watch', 'Enabled'] as const;

/**
 * A version that no stored object has (etcd begins to count above it): an apply that carries it makes what is not there,
 * and is refused for what is (apiserver, registry/generic: the version is compared with the stored object's only). Unlike
 * a POST, it is server-side apply, and a role may name the one Secret.
 */
export const notThereVersion = '1';

/**
 * The manifest of a Secret of keys. Holds them in base64: never printed but on demand. `resourceVersion`: only onto what
 * has it.
 */
export function keySecretManifest(
  { namespace, name }: SecretRef,
  data: ReadonlyMap<string, Secret>,
  resourceVersion: string | null,
): Mapping {
  const metadata = mappingOf([
    ['name', stringOf(name)],
    ['namespace', stringOf(namespace)],
    ['labels', mappingOf([[watchLabel[0], stringOf(watchLabel[1])]])],
    ['resourceVersion', resourceVersion === null ? undefined : stringOf(resourceVersion)],
  ]);
  const entries = [...data].map(([key, value]) => [key, stringOf(base64(value))] as const);
  return mappingOf([
    ['apiVersion', stringOf('v1')],
    ['kind', stringOf('Secret')],
    ['metadata', metadata],
    ['data', entries.length === 0 ? undefined : mappingOf(entries)],
  ]);
}

function base64(value: Secret): string {
  return value.lend((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  );
}
