import { Cipher } from '../cipher/cipher.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Edit } from '../formats/format.ts';
import type { MasterKey } from '../keys/key-source.ts';
import type { Leaf } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { timestamp } from './encrypt.ts';
import { sealLayout } from './layout.ts';
import type { OpenFile, OpenOptions } from './open-file.ts';
import { pairLeaves } from './pairing.ts';
import { requireSelector } from './sealed-file.ts';
import { sealTree } from './sealing.ts';

export interface RotateOptions extends OpenOptions {
  /** Keys added to the first group. */
  readonly add?: readonly MasterKey[];
  /** Keys removed from every group, by id. */
  readonly remove?: readonly MasterKey[];
}

/**
 * Seals every value anew with a new data key, wrapped for the file's keys. Only ciphertexts and metadata change.
 * Throws `key.none`, `key.wrap`.
 */
export function rotateFile(open: OpenFile, options: RotateOptions): Promise<Uint8Array> {
  const { keyGroups, shamirThreshold } = open.sealed.metadata;
  const groups = changedGroups(keyGroups, options.add ?? [], options.remove ?? []);
  return withNewDataKey(open, groups, shamirThreshold, options);
}

/** Seals every value anew with a new data key, wrapped for the given keys. Throws as `rotateFile` does. */
export async function withNewDataKey(
  open: OpenFile,
  groups: readonly (readonly MasterKey[])[],
  shamirThreshold: number,
  { system, keyring }: OpenOptions,
): Promise<Uint8Array> {
  const { sealed } = open;
  requireSelector(sealed);
  const dataKey = keyring.newDataKey();
  try {
    const { keyGroups, threshold } = await keyring.wrap(dataKey, groups, shamirThreshold);
    const cipher = new Cipher(dataKey, (length) => system.randomBytes(length));
    const { seals, mac } = sealTree(open.branches, sealed.rules, cipher);
    const lastModified = timestamp(system.now());
    const sealedMac = cipher.seal({ kind: 'string', value: mac }, lastModified);
    const layout = open.layout === null ? null : sealLayout(open.layout, sealedMac, cipher);
    const renewed = { keyGroups, shamirThreshold: threshold, lastModified, mac: sealedMac, layout };
    const bytes = sealed.document.edit([
      ...reseals(open, seals),
      { kind: 'metadata', value: encodeMetadata({ ...sealed.metadata, ...renewed }) },
    ]);
    prove(open, seals, bytes);
    return bytes;
  } finally {
    dataKey.wipe();
  }
}

/** A value still sealed with the old data key would be lost: the new text is read again before anybody gets it. */
function prove(open: OpenFile, seals: ReadonlyMap<Leaf, string>, bytes: Uint8Array): void {
  const { document, rules } = open.sealed;
  const again = document.format.parseSealed(bytes);
  if (pairLeaves(again, open.branches, seals, rules.selector) !== null) return;
  throw new SopskitError(
    'sops.layout',
    'the new ciphertexts cannot be written into this text as they should',
    {
      hint: 'The file is as it was. Decrypt it and encrypt it anew instead.',
    },
  );
}

/**
 * Ciphertext for ciphertext, place by place: the opened tree is the sealed one with its leaves exchanged, so both
 * are walked in the same order.
 */
function reseals(open: OpenFile, seals: ReadonlyMap<Leaf, string>): Edit[] {
  const edits: Edit[] = [];
  const opened = open.branches.flatMap((branch) => leavesOf(branch));
  const sealed = open.sealed.document.data.flatMap((branch) => leavesOf(branch));
  sealed.forEach((leaf, index) => {
    const plain = opened[index];
    const ciphertext = plain === undefined ? undefined : seals.get(plain);
    if (ciphertext !== undefined) edits.push({ kind: 'reseal', leaf, ciphertext });
  });
  if (edits.length !== seals.size)
    throw new SopskitError('sops.layout', 'the values of the file cannot be told apart');
  return edits;
}

function leavesOf(branch: Parameters<typeof walk>[0]): Leaf[] {
  const leaves: Leaf[] = [];
  walk(branch, ({ leaf }) => leaves.push(leaf));
  return leaves;
}

function changedGroups(
  groups: readonly (readonly MasterKey[])[],
  add: readonly MasterKey[],
  remove: readonly MasterKey[],
): MasterKey[][] {
  const removed = new Set(remove.map((key) => key.id));
  return groups.map((group, index) =>
    (index === 0 ? [...group, ...add] : [...group]).filter((key) => !removed.has(key.id)),
  );
}
