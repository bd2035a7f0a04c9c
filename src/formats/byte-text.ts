import { isUtf8 } from 'node:buffer';
import type { BytesScalar, StringScalar } from '../tree/value.ts';

/**
 * A file's bytes as a string with one character per byte (latin1), so that offsets are byte offsets, nothing is lost
 * where the text is not UTF-8, and slicing costs nothing.
 */
export type ByteText = string;

export function toByteText(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function fromByteText(text: ByteText): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Encodes as UTF-8. */
export function encodeText(text: string): ByteText {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Decodes UTF-8; `null` where it is not valid. */
export function decodeText(text: ByteText): string | null {
  if (isAscii(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Decodes UTF-8 with U+FFFD for each byte that is not, as Go does (the web's decoder merges such bytes). */
export function decodeTextAsGo(text: ByteText): string {
  const decoded = decodeText(text);
  if (decoded !== null) return decoded;
  const repaired = text.replace(sequences, (part) => (isStray(part) ? '\u00ef\u00bf\u00bd' : part));
  return Buffer.from(repaired, 'latin1').toString('utf8');
}

/** A comment's text, with its bytes where they are not UTF-8. */
export function commentOf(text: ByteText): { readonly text: string; readonly bytes?: Uint8Array } {
  const decoded = decodeText(text);
  return decoded === null ? { text: decodeTextAsGo(text), bytes: fromByteText(text) } : { text: decoded };
}

/** Splits into runs of valid UTF-8 and single bytes that are not part of any. */
export function splitStrayBytes(text: ByteText): { readonly valid: boolean; readonly text: ByteText }[] {
  return (text.match(sequences) ?? []).map((part) => ({ valid: !isStray(part), text: part }));
}

/** A string, or its bytes where they are not UTF-8. */
export function scalarOf(
  text: ByteText,
  place: { line?: number; column?: number } = {},
): StringScalar | BytesScalar {
  const decoded = decodeText(text);
  return decoded === null
    ? { kind: 'bytes', value: fromByteText(text), ...place }
    : { kind: 'string', value: decoded, ...place };
}

const sequences =
  /(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+|[\x80-\xff]/g;

function isStray(part: ByteText): boolean {
  return part.length === 1 && part.charCodeAt(0) >= 0x80;
}

function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}
