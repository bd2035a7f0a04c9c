import { deriveKey } from './cryptography.ts';
import { damaged } from './damaged.ts';
import { authenticates, type Header, parseHeader, printHeader } from './header.ts';
import type { Stanza } from './stanza.ts';
import { openStream, sealStream } from './stream.ts';

export const fileKeyLength = 16;
const nonceLength = 16;

/** The part of a System that sealing needs. */
export interface RandomSource {
  randomBytes(length: number): Uint8Array;
}

export interface AgeFile {
  readonly header: Header;
  /** Nonce and encrypted chunks. */
  readonly payload: Uint8Array;
}

/** Builds a binary age v1 file around a file key that `stanzas` already wrap. */
export function sealFile(
  fileKey: Uint8Array,
  stanzas: readonly Stanza[],
  plaintext: Uint8Array,
  source: RandomSource,
): Uint8Array {
  const nonce = source.randomBytes(nonceLength);
  const payload = sealStream(deriveKey(fileKey, nonce, 'payload'), plaintext);
  return Buffer.concat([printHeader(fileKey, stanzas), nonce, payload]);
}

/** Splits a binary age v1 file. Throws `key.unavailable`. */
export function parseFile(file: Uint8Array): AgeFile {
  const header = parseHeader(file);
  return { header, payload: file.subarray(header.text.length) };
}

/** Decrypts the payload with the unwrapped file key, which it wipes. Throws `key.unavailable`. */
export function openFile(file: AgeFile, fileKey: Uint8Array): Uint8Array {
  try {
    if (!authenticates(fileKey, file.header)) throw damaged('its header does not match its MAC');
    if (file.payload.length < nonceLength) throw damaged('its payload is cut off');
    const key = deriveKey(fileKey, file.payload.subarray(0, nonceLength), 'payload');
    return openStream(key, file.payload.subarray(nonceLength));
  } finally {
    fileKey.fill(0);
  }
}
