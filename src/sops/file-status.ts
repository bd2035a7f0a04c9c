import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document } from '../formats/format.ts';
import type { KeySource } from '../keys/key-source.ts';
import { valueAt } from '../tree/mapping.ts';
import { decodeMetadata } from './decode-metadata.ts';
import { weakString } from './weak-types.ts';

/**
 * Whether a file holds sops metadata with a version and a MAC (filestatus.go). Says nothing of its values.
 * Throws `sops.metadata` for a damaged block, as sops fails on it.
 */
export function isEncrypted(document: Document, sources: readonly KeySource[]): boolean {
  const block = document.metadata;
  if (block === null) return false;
  try {
    decodeMetadata(block, sources);
  } catch (error) {
    // sops minds the version only when it decrypts
    if (!(error instanceof SopskitError) || error.place?.path?.[1] !== 'version') throw error;
  }
  return ['version', 'mac'].every((field) => weakString(valueAt(block, field), field) !== '');
}
