/** How a file's bytes stand for text, as far as it makes a difference here. */
export type Encoding = 'bytes' | 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be';

/** Tells UTF-16 and UTF-32 by the byte order mark, or by the zeros of the first letters. */
export function encodingOf(bytes: Buffer): Encoding {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (bytes.length >= 8 && b === 0 && a === 0 && (c === 0xfe || c === 0) && d !== 0) return 'utf32be';
  if (bytes.length >= 8 && c === 0 && d === 0 && ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)))
    return 'utf32le';
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && c !== 0 && d === 0)) return 'utf16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0)) return 'utf16be';
  return 'bytes';
}

/** One character a byte; UTF-16 and UTF-32 are decoded, so that the same patterns find what is in it. */
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
    // letters beyond 16 bits are of no matter for patterns
    case 'utf32le':
      return unitsOf(bytes, 0);
    case 'utf32be':
      return unitsOf(bytes, 2);
  }
}

/** The lower two bytes of each four: where they begin says the byte order. */
function unitsOf(bytes: Buffer, lower: 0 | 2): string {
  const units = Buffer.alloc((bytes.length >> 2) * 2);
  for (let at = 0; at * 2 < units.length; at++) {
    const unit = lower === 0 ? bytes.readUInt16LE(at * 4) : bytes.readUInt16BE(at * 4 + lower);
    units.writeUInt16LE(unit, at * 2);
  }
  return units.toString('utf16le');
}
