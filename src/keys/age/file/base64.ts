/** Encodes without padding, as age writes stanza arguments and bodies. */
export function encodeRaw(bytes: Uint8Array): string {
  return encodePadded(bytes).replace(/=+$/, '');
}

export function encodePadded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** Decodes unpadded base64; `null` unless the text is the one canonical spelling of its bytes. */
export function decodeRaw(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return encodeRaw(bytes) === text ? bytes : null;
}

/** Decodes padded base64; `null` unless the text is the one canonical spelling of its bytes. */
export function decodePadded(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
