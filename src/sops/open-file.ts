import { Cipher } from '../cipher/cipher.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Secret } from '../secret/secret.ts';
import type { System } from '../system/system.ts';
import { replaceLeaves } from '../tree/replace.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import type { Keyring } from './keyring.ts';
import { type Layout, openLayout } from './layout.ts';
import type { Metadata } from './metadata.ts';
import { type Opening, openTree } from './opening.ts';
import type { SealedFile } from './sealed-file.ts';

/** An encrypted file with its data key: every sealed leaf's value is known. */
export interface OpenFile {
  readonly sealed: SealedFile;
  readonly dataKey: Secret;
  /** Remembers the IVs of what it opened: sealing an unchanged value again gives the same ciphertext. */
  readonly cipher: Cipher;
  readonly opens: ReadonlyMap<Leaf, Leaf>;
  /** The decrypted tree, without metadata. */
  readonly branches: readonly Mapping[];
  readonly layout: Layout | null;
}

export interface OpenOptions {
  readonly system: System;
  readonly keyring: Keyring;
  /** Open the file although its MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
  /** Leaves that were written into the sealed file in clear; they are left as they are. Default: none. */
  readonly added?: ReadonlySet<Leaf>;
}

/**
 * Recovers the data key and opens every sealed leaf. Throws `key.unavailable`, `sops.decrypt` (placed), `sops.mac`.
 */
export async function openFile(sealed: SealedFile, options: OpenOptions): Promise<OpenFile> {
  const dataKey = await options.keyring.unwrap(sealed.metadata);
  const cipher = new Cipher(dataKey, (length) => options.system.randomBytes(length));
  try {
    return openWith(sealed, { dataKey, cipher }, options);
  } catch (error) {
    dataKey.wipe();
    throw error;
  }
}

/** A data key, and the cipher that remembers what it opened. */
export interface KnownKey {
  readonly dataKey: Secret;
  readonly cipher: Cipher;
}

/** Whether a data key is a file's: the file's MAC opens with it. */
export function fitsKey({ mac, lastModified }: Metadata, { cipher }: KnownKey): boolean {
  try {
    return mac !== '' && cipher.open(mac, lastModified).kind === 'string';
  } catch {
    return false;
  }
}

/**
 * Opens a file whose data key is known. Files opened with one cipher keep each other's ciphertexts where they are sealed
 * again. Throws `sops.decrypt` (placed), `sops.mac`.
 */
export function openWith(
  sealed: SealedFile,
  { dataKey, cipher }: KnownKey,
  options: Omit<OpenOptions, 'keyring'>,
): OpenFile {
  const opening = openTree(sealed.document.data, sealed.rules, cipher, options.added);
  if (options.ignoreMac !== true) verifyMac(sealed.metadata, opening, cipher);
  warnOfReadableComments(opening, options.system);
  let branches: readonly Mapping[] | null = null;
  return {
    sealed,
    dataKey,
    cipher,
    opens: opening.opens,
    // to print a file in its own layout nobody asks for them
    get branches() {
      branches ??= sealed.document.data.map((branch) => replaceLeaves(branch, opening.opens));
      return branches;
    },
    layout: openLayout(sealed.metadata, cipher),
  };
}

/** A mismatch tells neither hash: the MAC is an unkeyed hash of the plaintext, good for guessing it. */
function verifyMac(metadata: Metadata, opening: Opening, cipher: Cipher): void {
  if (fileMac(metadata, cipher) === opening.mac) return;
  throw new SopskitError(
    'sops.mac',
    'the MAC does not fit: values of this file were changed, added, removed or reordered',
    {
      place: { path: ['sops', 'mac'] },
      hint: 'Restore the file from git. To see the values as they are now: `sopskit decrypt --ignore-mac`.',
    },
  );
}

function fileMac(metadata: Metadata, cipher: Cipher): string {
  const missing =
    'The file was edited by hand or cut. Restore it from git, or read it with `sopskit decrypt --ignore-mac`.';
  if (metadata.mac === '')
    throw new SopskitError('sops.mac', 'the file has no MAC', {
      place: { path: ['sops', 'mac'] },
      hint: missing,
    });
  try {
    const mac = cipher.open(metadata.mac, metadata.lastModified);
    if (mac.kind === 'string') return mac.value;
  } catch (cause) {
    throw new SopskitError(
      'sops.mac',
      'the MAC of the file cannot be decrypted: mac or lastmodified was changed',
      {
        place: { path: ['sops', 'mac'] },
        hint: missing,
        cause,
      },
    );
  }
  throw new SopskitError('sops.mac', 'the MAC of the file is not a string', {
    place: { path: ['sops', 'mac'] },
    hint: missing,
  });
}

function warnOfReadableComments(opening: Opening, system: System): void {
  if (opening.readableComments.length === 0) return;
  const lines = opening.readableComments.filter((line) => line > 0);
  system.warn(
    `comments that should be encrypted are readable${lines.length > 0 ? ` (line ${lines.join(', ')})` : ''}; ` +
      'they are taken as they are. Files of old sops releases have such comments; `rotate` encrypts them.',
  );
}
