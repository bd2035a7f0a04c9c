import type { MasterKey } from '../keys/key-source.ts';
import { encodeMetadata } from './encode-metadata.ts';
import type { Keyring } from './keyring.ts';
import type { SealedFile } from './sealed-file.ts';

/** How one key group would change; keys as sops names them. */
export interface KeyGroupChange {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What syncing a file's keys with its creation rule would change. */
export interface KeyChanges {
  readonly groups: readonly KeyGroupChange[];
  /** Shamir thresholds; 0 is none. */
  readonly threshold: { readonly from: number; readonly to: number };
  readonly any: boolean;
}

/**
 * Compares a file's key groups with those it should have (common.go, DiffKeyGroups). The file keeps its own Shamir
 * threshold, capped at the number of groups, unless another is asked for.
 */
export function keyChanges(
  file: SealedFile,
  wanted: readonly (readonly MasterKey[])[],
  threshold?: number,
): KeyChanges {
  const { keyGroups, shamirThreshold } = file.metadata;
  const groups = Array.from({ length: Math.max(keyGroups.length, wanted.length) }, (_, index) =>
    groupChange(keyGroups[index] ?? [], wanted[index] ?? []),
  );
  const to = Math.min(threshold || shamirThreshold, wanted.length);
  const any =
    to !== shamirThreshold || groups.some(({ added, removed }) => added.length + removed.length > 0);
  return { groups, threshold: { from: shamirThreshold, to }, any };
}

function groupChange(ours: readonly MasterKey[], theirs: readonly MasterKey[]): KeyGroupChange {
  const our = new Set(ours.map((key) => key.id));
  const their = new Set(theirs.map((key) => key.id));
  return {
    kept: theirs.filter((key) => our.has(key.id)).map((key) => key.id),
    added: theirs.filter((key) => !our.has(key.id)).map((key) => key.id),
    removed: ours.filter((key) => !their.has(key.id)).map((key) => key.id),
  };
}

/**
 * Wraps the file's data key for other keys. Values, MAC and `lastmodified` stay.
 * Throws `key.unavailable`, `key.none`, `key.wrap`.
 */
export async function withKeys(
  file: SealedFile,
  wanted: readonly (readonly MasterKey[])[],
  threshold: number,
  keyring: Keyring,
): Promise<Uint8Array> {
  const dataKey = await keyring.unwrap(file.metadata);
  try {
    const { keyGroups, threshold: needed } = await keyring.wrap(dataKey, wanted, threshold);
    const metadata = { ...file.metadata, keyGroups, shamirThreshold: needed };
    return file.document.edit([{ kind: 'metadata', value: encodeMetadata(metadata) }]);
  } finally {
    dataKey.wipe();
  }
}
