import { textIn } from '../../../cluster/fields.ts';
import { Secret } from '../../../secret/secret.ts';
import type { FluxController } from '../bound-cluster.ts';
import { readKeyEntry } from '../key-entry.ts';
import type { KeyEntry, KeySecret } from '../key-secret.ts';
import type { KeySecretChange } from '../write-key-secret.ts';
import { withoutIdentity } from './identity-lines.ts';

/** A Secret of the cluster that holds the old identity, and what becomes of it. */
export interface Holding {
  readonly secret: KeySecret;
  /** The Secret without the identity: what Kustomizations will decrypt with. */
  readonly after: KeySecret;
  readonly change: KeySecretChange;
  /** Names of the entries that hold it; `removed`: nothing else is in them. */
  readonly entries: readonly { readonly name: string; readonly removed: boolean }[];
  /** Whether `last-applied-configuration` may hold it. */
  readonly leaked: boolean;
  /** The identity itself; `null`: it is in no entry any more. */
  readonly identity: Secret | null;
}

/**
 * Finds out how an identity is taken out of a Secret: from every entry, whatever its name is, with the comments that name
 * it. `null`: the Secret does not hold it. Throws what reading entries throws.
 */
export async function holdingOf(
  secret: KeySecret,
  recipient: string,
  controller: FluxController | null,
): Promise<Holding | null> {
  const entries: { name: string; removed: boolean }[] = [];
  const after: KeyEntry[] = [];
  const put = new Map<string, Secret>();
  const remove: string[] = [];
  let identity: Secret | null = null;
  for (const entry of secret.entries) {
    const found = await entry.value.lendText((text) => withoutIdentity(text, recipient, true));
    if (found === null) {
      after.push(entry);
      continue;
    }
    identity ??= Secret.fromText(found.identity);
    entries.push({ name: entry.name, removed: found.empty });
    if (found.empty) {
      remove.push(entry.name);
      continue;
    }
    const rest = Secret.fromText(found.rest);
    put.set(entry.name, rest);
    after.push(await readKeyEntry(entry.name, rest, controller));
  }
  const leaked = secret.leaked && (identity !== null || (await leaks(secret, recipient)));
  if (identity === null && !leaked) return null;
  return {
    ...{ secret, entries, leaked, identity, change: { put, remove } },
    after: { ...secret, entries: after },
  };
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether `kubectl apply` left this identity behind; a text that cannot be read may hold it. */
async function leaks({ manifest }: KeySecret, recipient: string): Promise<boolean> {
  const text = textIn(manifest, 'metadata', 'annotations', lastApplied);
  try {
    const applied: unknown = JSON.parse(text);
    const values = [
      ...textsOf(applied, 'data').map((value) => Buffer.from(value, 'base64').toString('utf8')),
      ...textsOf(applied, 'stringData'),
    ];
    for (const value of values) if ((await withoutIdentity(value, recipient, false)) !== null) return true;
    return false;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function textsOf(applied: unknown, field: string): string[] {
  if (typeof applied !== 'object' || applied === null) return [];
  const found: unknown = Reflect.get(applied, field);
  if (typeof found !== 'object' || found === null) return [];
  return Object.values(found).filter((value): value is string => typeof value === 'string');
}
