import { open, seal, tagLength } from './cryptography.ts';
import { damaged } from './damaged.ts';

const chunkLength = 64 * 1024;
const sealedLength = chunkLength + tagLength;

/** Encrypts a payload in chunks of 64 KiB (STREAM over ChaCha20-Poly1305, as filippo.io/age/internal/stream). */
export function sealStream(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  const count = Math.max(1, Math.ceil(plaintext.length / chunkLength));
  for (let index = 0; index < count; index++) {
    const chunk = plaintext.subarray(index * chunkLength, (index + 1) * chunkLength);
    chunks.push(seal(key, nonceOf(index, index === count - 1), chunk));
  }
  return Buffer.concat(chunks);
}

/** Decrypts a payload whole; a truncated, extended or changed one throws `key.unavailable`. */
export function openStream(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const count = Math.ceil(sealed.length / sealedLength);
  if (count === 0) throw damaged('its payload is cut off');
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const chunk = sealed.subarray(index * sealedLength, (index + 1) * sealedLength);
    const last = index === count - 1;
    if (last && index > 0 && chunk.length === tagLength) throw damaged('its last payload chunk is empty');
    const plaintext = open(key, nonceOf(index, last), chunk);
    if (plaintext === null) throw damaged('its payload was changed or cut off');
    chunks.push(plaintext);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** An 11-byte big-endian counter, then 1 for the last chunk. */
function nonceOf(index: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  if (last) nonce[11] = 1;
  return nonce;
}
