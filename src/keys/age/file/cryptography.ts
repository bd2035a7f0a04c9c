import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** ChaCha20-Poly1305 with a 16-byte tag behind the ciphertext. */
const algorithm = 'chacha20-poly1305';
export const tagLength = 16;
export const zeroNonce: Uint8Array = new Uint8Array(12);

export function seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  const sealed = [cipher.update(plaintext), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]);
}

/** Returns the plaintext, or `null` when the key is not the right one or the bytes were changed. */
export function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < tagLength) return null;
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - tagLength));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}

/** HKDF-SHA-256 (RFC 5869) to 32 bytes: one block, so that expanding is one HMAC. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  const extracted = createHmac('sha256', salt).update(secret).digest();
  const key = createHmac('sha256', extracted)
    .update(info)
    .update(new Uint8Array([1]))
    .digest();
  extracted.fill(0);
  return key;
}
