import { Cipher } from '../cipher/cipher.ts';
import { isEmptyLeaf } from '../cipher/plaintext.ts';
import type { Selector } from '../config/selector.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document, EmitStyle } from '../formats/format.ts';
import type { MasterKey } from '../keys/key-source.ts';
import type { Secret } from '../secret/secret.ts';
import type { System } from '../system/system.ts';
import { valueAt } from '../tree/mapping.ts';
import { printPath } from '../tree/path.ts';
import type { Leaf } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';
import type { Keyring } from './keyring.ts';
import { type Metadata, sopsVersion } from './metadata.ts';
import { rulesOf } from './sealed-file.ts';
import { sealedText } from './sealed-text.ts';
import { type SealRules, sealTree } from './sealing.ts';

/** Who can open a file and what in it is encrypted. */
export interface FilePolicy {
  readonly keyGroups: readonly (readonly MasterKey[])[];
  /** Key groups needed to open the file; 0 means all of several. */
  readonly shamirThreshold: number;
  /** `null` selects everything: a binary file. */
  readonly selector: Selector | null;
  readonly macOnlyEncrypted: boolean;
}

export interface EncryptOptions {
  readonly system: System;
  readonly keyring: Keyring;
  readonly style?: EmitStyle;
  /** Write the file although the selector leaves all of it readable, as sops does. Default: false. */
  readonly allowPlaintext?: boolean;
  /** Called with the leaves that stay readable, before anything is written; throws to refuse. */
  readonly review?: (plain: Document, readable: ReadonlySet<Leaf>) => void;
}

/**
 * Encrypts a plain document with a new data key.
 *
 * Throws `document.empty`, `sops.already-encrypted`, `sops.encrypt` (placed), `sops.nothing-selected`,
 * `config.selector`, `key.none`, `key.wrap`, `sops.layout`.
 */
export async function encryptDocument(
  plain: Document,
  rule: FilePolicy,
  options: EncryptOptions,
): Promise<Uint8Array> {
  checkEncryptable(plain);
  const { keyring } = options;
  const dataKey = keyring.newDataKey();
  try {
    const { keyGroups, threshold } = await keyring.wrap(dataKey, rule.keyGroups, rule.shamirThreshold);
    const metadata: UnsealedMetadata = {
      ...rule,
      keyGroups,
      shamirThreshold: threshold,
      version: sopsVersion,
      unknown: [],
    };
    return await sealDocument(plain, metadata, dataKey, options);
  } finally {
    dataKey.wipe();
  }
}

/** Metadata before the values it seals are known. */
export type UnsealedMetadata = Omit<Metadata, 'mac' | 'lastModified' | 'layout'>;

/** Seals a plain document with a data key that its keys already wrap; `cipher` keeps unchanged values' ciphertext. */
export async function sealDocument(
  plain: Document,
  unsealed: UnsealedMetadata,
  dataKey: Secret,
  options: EncryptOptions & { readonly cipher?: Cipher },
): Promise<Uint8Array> {
  const { system } = options;
  const rules = await rulesOf(unsealed);
  const cipher = options.cipher ?? new Cipher(dataKey, (length) => system.randomBytes(length));
  const { seals, mac } = sealTree(plain.data, rules, cipher);
  checkSelection(plain, seals, rules, options);
  const lastModified = timestamp(system.now());
  const sealedMac = cipher.seal({ kind: 'string', value: mac }, lastModified);
  const metadata: Metadata = { ...unsealed, lastModified, mac: sealedMac, layout: null };
  return sealedText({ plain, seals, metadata, selector: rules.selector, cipher, style: options.style ?? {} });
}

/** Prints a time as sops writes `lastmodified`: UTC, in seconds. */
export function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Refuses what sops refuses to encrypt (cmd/sops/encrypt.go, validateFileForEncryption). */
export function checkEncryptable(plain: Document): void {
  if (plain.branches.length === 0) {
    throw new SopskitError('document.empty', 'the file is empty; there is nothing to encrypt', {
      hint: 'A file needs at least one document.',
    });
  }
  if (!hasMetadata(plain)) return;
  throw isSealed(plain)
    ? new SopskitError('sops.already-encrypted', 'the file is already encrypted', {
        hint: 'To change it, use `sopskit edit`.',
      })
    : new SopskitError(
        'sops.already-encrypted',
        'the file has a key sops, which is where an encrypted file keeps its metadata, but holds none of it',
        { hint: "Remove the key sops, or give it another name if it is the file's own; then encrypt it." },
      );
}

/** Whether the metadata have a field that sops always writes. */
function isSealed(plain: Document): boolean {
  try {
    const { metadata } = plain;
    return metadata !== null && ['mac', 'lastmodified'].some((key) => valueAt(metadata, key) !== undefined);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'sops.metadata') return false;
    throw error;
  }
}

/** Whatever stands in the place of the metadata, also what cannot be read as such: sealing would write over it. */
function hasMetadata(plain: Document): boolean {
  try {
    return (
      plain.metadata !== null ||
      plain.data.some((branch, index) => branch.entries.length !== plain.branches[index]?.entries.length)
    );
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'sops.metadata') return true;
    throw error;
  }
}

function checkSelection(
  plain: Document,
  seals: ReadonlyMap<Leaf, string>,
  rules: SealRules,
  options: EncryptOptions,
): void {
  if (options.allowPlaintext === true) return;
  const readable = new Set<Leaf>();
  let first: string | null = null;
  for (const branch of plain.data) {
    walk(branch, ({ leaf, path }) => {
      if (leaf.kind === 'comment' || seals.has(leaf) || isEmptyLeaf(leaf)) return;
      readable.add(leaf);
      first ??= printPath(path);
    });
  }
  if (seals.size === 0 && first !== null) throw nothingSelected(rules, first);
  options.review?.(plain, readable);
}

function nothingSelected({ selector }: SealRules, first: string): SopskitError {
  const chosen = selector.selector;
  const name = chosen === null ? 'the selector' : `${chosen.kind} ${JSON.stringify(chosen.value)}`;
  return new SopskitError(
    'sops.nothing-selected',
    `${name} selects nothing of this file: every value would stay readable, ${first} first`,
    {
      hint: 'Mend the selector (flag or creation rule), or give --allow-plaintext if the file is to have sops metadata only.',
    },
  );
}
