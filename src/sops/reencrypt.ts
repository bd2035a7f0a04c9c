import type { Document } from '../formats/format.ts';
import { checkEncryptable, type EncryptOptions, sealDocument } from './encrypt.ts';
import { layOut } from './layout.ts';
import type { OpenFile } from './open-file.ts';
import { inOwnLayout } from './opened-text.ts';

/** The plaintext to show in an editor: the file's own layout, whoever wrote it. */
export function editableText({ sealed, opens, layout }: OpenFile): Uint8Array {
  return layout === null ? inOwnLayout(sealed.document, opens, {}) : layOut(sealed.document, opens, layout);
}

/**
 * Encrypts an edited text with the file's data key, keys and selector: values that did not change keep their
 * ciphertext. Throws as `encryptDocument` does.
 */
export async function reencrypt(
  open: OpenFile,
  edited: Document,
  options: EncryptOptions,
): Promise<Uint8Array> {
  checkEncryptable(edited);
  const { metadata } = open.sealed;
  return sealDocument(edited, metadata, open.dataKey, { ...options, cipher: open.cipher });
}
