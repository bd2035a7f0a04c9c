import type { Secret } from '../../secret/secret.ts';
import { readAgeEntry } from './age-entry.ts';
import type { FluxController } from './bound-cluster.ts';
import type { HeldKey, KeyEntry } from './key-secret.ts';
import { readOtherKey } from './other-key.ts';
import { readPgpEntry } from './pgp-entry.ts';

/** What is in an entry, and what the controller fails on where it takes it for what its name says. */
export interface EntryContent {
  readonly holds: readonly HeldKey[];
  readonly problem: string | null;
}

/** Names of credentials that the controller takes by themselves. */
const cloudNames: ReadonlySet<string> = new Set([
  'sops.vault-token',
  'sops.aws-kms',
  'sops.azure-kv',
  'sops.gcp-kms',
]);

/**
 * Reads an entry of a Secret as kustomize-controller imports it (decryptor.go, ImportKeys): by the end of its name, and
 * whatever it is called, what is in it. Nothing of the value is in what is returned, but for public halves.
 */
export async function readKeyEntry(
  name: string,
  value: Secret,
  controller: FluxController | null,
): Promise<KeyEntry> {
  const use = useOf(name);
  const { holds, problem } = await value.lend((bytes) => readContent(use, bytes, controller));
  return { name, use, holds, problem, value };
}

function useOf(name: string): KeyEntry['use'] {
  const extension = name.slice(Math.max(name.lastIndexOf('.'), 0));
  if (extension === '.agekey') return 'age';
  if (extension === '.asc') return 'pgp';
  return cloudNames.has(name) ? 'cloud' : 'ignored';
}

async function readContent(
  use: KeyEntry['use'],
  bytes: Uint8Array,
  controller: FluxController | null,
): Promise<EntryContent> {
  if (use === 'cloud') return { holds: [], problem: null };
  const other = readOtherKey(bytes);
  const age = await readAgeEntry(bytes, controller);
  const pgp = use === 'pgp' || age.holds.length + other.length === 0 ? await readPgpEntry(bytes) : null;
  const holds = [...other, ...age.holds, ...(pgp?.holds ?? [])];
  const problem = use === 'age' ? age.problem : use === 'pgp' ? (pgp?.problem ?? null) : null;
  return { holds, problem };
}
