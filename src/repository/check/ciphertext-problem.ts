import { parseSealedValue } from '../../cipher/sealed-value.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';

const types = new Set(['str', 'int', 'float', 'bytes', 'bool', 'time', 'comment']);
const [ivLength, tagLength] = [32, 16];

/** Why a text that begins as ciphertext is none; `null` where it may be one. */
export function ciphertextProblem(text: string): string | null {
  try {
    const { iv, tag, type } = parseSealedValue(text);
    // a block scalar, whose style sopskit keeps, has a line break behind it
    if (!text.trimEnd().endsWith(']')) return 'something stands behind the ciphertext';
    if (iv.length !== ivLength) return `the IV of the ciphertext has ${iv.length} bytes, not ${ivLength}`;
    if (tag.length !== tagLength)
      return `the tag of the ciphertext has ${tag.length} bytes, not ${tagLength}`;
    return types.has(type) ? null : 'the ciphertext is of a type that sops does not know';
  } catch (error) {
    if (error instanceof SopskitError) return error.message;
    throw error;
  }
}
