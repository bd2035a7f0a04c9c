import { createHash } from 'node:crypto';
import { looksSealed } from '../../cipher/sealed-value.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { treePathText } from '../../findings/place-text.ts';
import { formatNameForPath } from '../../formats/registry.ts';
import { comparableRecipient } from '../../keys/age/recipient-text.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import { digitsOf } from '../../keys/pgp/fingerprint.ts';
import { keySources } from '../../keys/registry.ts';
import { readSealedFile, type SealedFile } from '../../sops/sealed-file.ts';
import { sealedFormat } from '../../sops/sealed-format.ts';
import { walk } from '../../tree/walk.ts';

/** A recipient as the audit names it: the same text for the same key, however a file spells it. */
export interface Reader {
  readonly id: string;
  readonly source: string;
}

/** Ciphertext of a file: where it stands, and a short hash of it to compare by. */
export interface SealedPlace {
  readonly place: string;
  readonly isComment: boolean;
  readonly mark: string;
}

/** Never SOPS files, and large. */
export const media: RegExp =
  /\.(?:png|jpe?g|gif|webp|ico|svg|pdf|zip|t?gz|xz|zst|bz2|7z|woff2?|ttf|mp[34]|mov|so|dll|exe|jar|wasm)$/i;

const cipherMark = 'ENC[AES256_GCM,';

/**
 * Reads a file if it is an encrypted one: `null` where nothing in it is SOPS', an error where something is and it cannot
 * be read.
 */
export async function readSealed(path: string, bytes: Uint8Array): Promise<SealedFile | SopskitError | null> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSealed = buffer.includes(cipherMark);
  if (!isSealed && !buffer.includes('lastmodified')) return null;
  try {
    return await readSealedFile(await sealedFormat(null, path, bytes), bytes, keySources);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    // prose and programs may speak of ciphertext; a file of a known format that holds it should have metadata
    return isSealed && formatNameForPath(path) !== 'binary' ? error : null;
  }
}

/** Returns the id of a key that the audit goes by. */
export function readerOf({ source, id }: MasterKey): Reader {
  if (source === 'age') return { source, id: comparableRecipient(id) };
  return { source, id: source === 'pgp' ? digitsOf(id) : id };
}

/** The readers of a file, group by group, each once in its group. */
export function readersOf({ metadata }: SealedFile): Reader[][] {
  return metadata.keyGroups.map((group) => [
    ...new Map(group.map(readerOf).map((reader) => [reader.id, reader] as const)).values(),
  ]);
}

/** How many groups must come together. */
export function neededGroups({ metadata }: SealedFile): number {
  const { keyGroups, shamirThreshold } = metadata;
  return keyGroups.length === 1 ? 1 : shamirThreshold || keyGroups.length;
}

/** Lists all ciphertext of a file but the MAC. */
export function sealedPlaces({ document }: SealedFile): SealedPlace[] {
  const places: SealedPlace[] = [];
  document.data.forEach((branch, index) => {
    try {
      walk(branch, ({ leaf, path }) => {
        const text = leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value : '';
        if (!looksSealed(text)) return;
        const place = placeName(index, path);
        places.push({ place, isComment: leaf.kind === 'comment', mark: markOf(text) });
      });
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error; // a key that sops has no type for: what follows is not compared
    }
  });
  return places;
}

/** A tree path as it is shown; documents after the first are numbered. */
export function placeName(branch: number, path: readonly (string | number)[]): string {
  return branch === 0 ? treePathText(path) : `document ${branch + 1} ${treePathText(path)}`;
}

export function markOf(text: string): string {
  return createHash('sha256').update(text.trim()).digest('base64').slice(0, 22);
}
