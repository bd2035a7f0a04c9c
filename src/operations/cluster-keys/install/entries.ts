import { Secret } from '../../../secret/secret.ts';
import type { FluxController } from '../bound-cluster.ts';
import { entryNameFor } from '../entry-name.ts';
import { usableKeys } from '../holds.ts';
import { readKeyEntry } from '../key-entry.ts';
import type { KeyEntry, KeySecret } from '../key-secret.ts';
import type { LocalKey } from './local-key.ts';

/** What is put into a Secret. */
export interface NewEntries {
  readonly put: ReadonlyMap<string, Secret>;
  /** Names of the entries that are new or changed, with the recipients that each gets. */
  readonly recipients: ReadonlyMap<string, readonly string[]>;
  wipe(): void;
}

/** Recipients whose private keys are in a Secret so that the controller can use them. */
export function heldRecipients(secret: KeySecret | null): ReadonlySet<string> {
  const keys = secret === null ? [] : usableKeys([secret], { pastProblems: true });
  return new Set(keys.flatMap(({ recipient }) => recipient ?? []));
}

/**
 * Makes the entries for keys that the Secret does not have: `age.agekey` with an identity a line where that is free or
 * holds no key, else an entry for each; a PGP key in `<FINGERPRINT>.asc`. Entries that are there stay as they are.
 */
export async function newEntries(keys: readonly LocalKey[], before: KeySecret | null): Promise<NewEntries> {
  const held = heldRecipients(before);
  const missing = keys.filter(({ recipient }) => !held.has(recipient));
  const age = missing.filter(({ kind }) => kind !== 'pgp');
  const taken = new Set(
    (before?.entries ?? []).filter(({ holds }) => holds.length > 0).map(({ name }) => name),
  );
  const groups: [string, readonly LocalKey[]][] = missing
    .filter(({ kind }) => kind === 'pgp')
    .map((key) => [`${key.recipient}.asc`, [key]]);
  if (age.length > 0 && !taken.has('age.agekey')) groups.push(['age.agekey', age]);
  else
    for (const key of age) {
      const name = entryNameFor(key.recipient, taken);
      taken.add(name);
      groups.push([name, [key]]);
    }
  const put = new Map<string, Secret>();
  for (const [name, of] of groups) put.set(name, await textOf(of));
  return {
    put,
    recipients: new Map(groups.map(([name, of]) => [name, of.map(({ recipient }) => recipient)])),
    wipe() {
      for (const value of put.values()) value.wipe();
    },
  };
}

async function textOf(keys: readonly LocalKey[]): Promise<Secret> {
  const parts: Uint8Array[] = [];
  for (const key of keys) {
    const text = await key.text();
    if (key.kind !== 'pgp') parts.push(Buffer.from(`# public key: ${key.recipient}\n`));
    parts.push(text.lend((bytes) => Uint8Array.from(bytes)));
    if (key.kind !== 'pgp') parts.push(Buffer.from('\n'));
    text.wipe();
  }
  const whole = new Secret(Uint8Array.from(Buffer.concat(parts)));
  for (const part of parts) part.fill(0);
  return whole;
}

/** The Secret as it will be. */
export async function afterPut(
  before: KeySecret | null,
  ref: KeySecret['ref'],
  put: ReadonlyMap<string, Secret>,
  controller: FluxController | null,
): Promise<KeySecret> {
  const entries: KeyEntry[] = (before?.entries ?? []).filter(({ name }) => !put.has(name));
  for (const [name, value] of put) entries.push(await readKeyEntry(name, value, controller));
  const empty: KeySecret = {
    ...{ ref, entries: [], uid: '', resourceVersion: '', immutable: false, keeper: null, leaked: false },
    managers: new Map(),
    manifest: { kind: 'mapping', entries: [] },
  };
  return { ...(before ?? empty), entries };
}
