/**
 * File names as text. A name on disk is bytes; those that are no UTF-8 stand in a string as lone surrogates (U+DC80 to
 * U+DCFF, one a byte, as in Python's PEP 383), so that every name has one string and every string one name.
 */

const firstEscape = 0xdc00;
const escaped = /[\udc80-\udcff]/;
const loneEscape = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** Returns the string for a name's bytes. */
export function pathText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  return decodeEscaping(buffer);
}

/** Returns what to give to the file system for a string: itself, or its bytes where it stands for bytes that are no UTF-8. */
export function pathName(text: string): string | Buffer {
  if (!escaped.test(text) || !loneEscape.test(text)) return text;
  return pathBytes(text);
}

/** Returns the bytes of a name. */
export function pathBytes(text: string): Buffer {
  const parts = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part) =>
      part.length === 1 && loneEscape.test(part)
        ? Buffer.from([part.charCodeAt(0) - firstEscape])
        : Buffer.from(part, 'utf8'),
    ),
  );
}

/** Returns a name fit for a message: on one line, without control characters, readable where it is no UTF-8. */
export function printablePath(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - firstEscape).toString(16)}`;
    return named.get(character) ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const named: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function decodeEscaping(bytes: Buffer): string {
  let text = '';
  let start = 0;
  while (start < bytes.length) {
    const length = sequenceLength(bytes, start);
    text +=
      length === 0
        ? String.fromCharCode(firstEscape + (bytes[start] ?? 0))
        : bytes.toString('utf8', start, start + length);
    start += Math.max(length, 1);
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `start`; 0 where there is none. */
function sequenceLength(bytes: Buffer, start: number): number {
  const first = bytes[start] ?? 0;
  if (first < 0x80) return 1;
  for (const length of [2, 3, 4]) {
    const text = bytes.toString('utf8', start, Math.min(start + length, bytes.length));
    if (!text.includes('\ufffd') && start + length <= bytes.length) return length;
    if (text === '\ufffd' && bytes.subarray(start, start + 3).equals(replacement)) return 3;
  }
  return 0;
}

const replacement = Buffer.from('\ufffd', 'utf8');
