import { looksSealed, parseSealedValue } from '../cipher/sealed-value.ts';

/**
 * Returns how many bytes the plaintext of a ciphertext has (AES-GCM hides the bytes, not their number), or `null` for a
 * text that is no ciphertext.
 */
export function sealedLength(text: string): number | null {
  if (!looksSealed(text)) return null;
  try {
    return parseSealedValue(text).data.length;
  } catch {
    return 0; // damaged, but ciphertext
  }
}
