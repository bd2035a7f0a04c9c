/** How a file's bytes stand for text, as far as it makes a difference here. */
export type Encoding = 'bytes' | 'utf16le' | 'utf16be';

/** Tells UTF-16 by its byte order mark, or by the zeros of its first two letters. */
export function encodingOf(bytes: Buffer): Encoding {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && c !== 0 && d === 0)) return 'utf16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0)) return 'utf16be';
  return 'bytes';
}

/** One character a byte; UTF-16 is decoded, so that the same patterns find what is in it. */
export function textIn(bytes: Buffer, encoding: Encoding): string {
  switch (encoding) {
    case 'bytes':
      return bytes.toString('latin1');
    case 'utf16le':
      return bytes.toString('utf16le');
    case 'utf16be':
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le');
  }
}
