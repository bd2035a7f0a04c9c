import type { Cluster, KindRef } from '../../cluster/cluster.ts';
import { fieldIn, flagIn, itemsIn, textIn, textMapIn } from '../../cluster/fields.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { Secret } from '../../secret/secret.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { managersOf } from '../live-state.ts';
import type { FluxController } from './bound-cluster.ts';
import { keeperOf } from './keeper.ts';
import { readKeyEntry } from './key-entry.ts';
import type { KeyEntry, KeySecret } from './key-secret.ts';

export const secretKind: KindRef = { apiVersion: 'v1', kind: 'Secret' };

/** Reads a Secret of keys; `null`: it is not there. Throws `cluster.*`. */
export async function readKeySecret(
  cluster: Cluster,
  ref: SecretRef,
  controller: FluxController | null,
): Promise<KeySecret | null> {
  const manifest = await cluster.get({ ...secretKind, ...ref });
  return manifest === null ? null : keySecretOf(manifest, controller);
}

/** Reads a Secret's manifest, as a server has it. */
export async function keySecretOf(manifest: Mapping, controller: FluxController | null): Promise<KeySecret> {
  const data = fieldIn(manifest, 'data');
  const entries: KeyEntry[] = [];
  const managers = new Map<string, readonly string[]>();
  for (const { key, value } of data?.kind === 'mapping' ? entriesOf(data) : []) {
    const name = String(key);
    const text = value.kind === 'string' ? value.value : '';
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
    entries.push(await readKeyEntry(name, new Secret(bytes), controller));
    managers.set(name, [...new Set(managersOf(manifest, 'f:data', `f:${name}`))]);
  }
  return {
    ref: {
      namespace: textIn(manifest, 'metadata', 'namespace'),
      name: textIn(manifest, 'metadata', 'name'),
    },
    entries,
    uid: textIn(manifest, 'metadata', 'uid'),
    resourceVersion: textIn(manifest, 'metadata', 'resourceVersion'),
    immutable: flagIn(manifest, 'immutable'),
    keeper: keeperOf({
      namespace: textIn(manifest, 'metadata', 'namespace'),
      labels: textMapIn(manifest, 'metadata', 'labels'),
      annotations: textMapIn(manifest, 'metadata', 'annotations'),
      owners: itemsIn(manifest, 'metadata', 'ownerReferences'),
    }),
    leaked: isLeaked(textIn(manifest, 'metadata', 'annotations', lastApplied)),
    managers,
    manifest,
  };
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A text that cannot be read may hold the keys as well as not. */
function isLeaked(text: string): boolean {
  if (text === '') return false;
  try {
    const applied: unknown = JSON.parse(text);
    return ['data', 'stringData'].some((field) => hasKeys(applied, field));
  } catch {
    return true;
  }
}

function hasKeys(applied: unknown, field: string): boolean {
  if (typeof applied !== 'object' || applied === null) return false;
  const found: unknown = Reflect.get(applied, field);
  return typeof found === 'object' && found !== null && Object.keys(found).length > 0;
}
