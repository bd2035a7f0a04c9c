import { type ByteText, decodeTextAsGo, encodeText, splitStrayBytes, toByteText } from '../byte-text.ts';

/**
 * Decodes what stands between the quotes of a JSON string as Go does: bytes that are not UTF-8 and halves of
 * surrogate pairs become U+FFFD. For an escape that JSON does not have: its offset.
 */
export function decodeJsonString(text: ByteText): string | { readonly badEscape: number } {
  const decoded = decodeTextAsGo(text);
  if (!decoded.includes('\\')) return decoded;
  for (const { 0: sequence, index } of text.matchAll(escapes)) {
    if (unescapeOne(sequence) === null) return { badEscape: index };
  }
  return wellFormed(decoded.replace(escapes, (sequence) => unescapeOne(sequence) ?? sequence));
}

const escapes = /\\(?:u[0-9a-fA-F]{4}|[\s\S]|$)/g;

function unescapeOne(sequence: string): string | null {
  const code = sequence.charAt(1);
  if (code === 'u' && sequence.length === 6)
    return String.fromCharCode(Number.parseInt(sequence.slice(2), 16));
  return shortEscapes.get(code) ?? null;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Half surrogate pairs become U+FFFD when they are encoded. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

/** Quotes a string as Go's json.Marshal does: `<`, `>`, `&`, U+2028 and U+2029 are escaped too. */
export function quoteJson(text: string): ByteText {
  return `"${escapeBody(text)}"`;
}

/** Quotes a string that is not UTF-8: each byte that is none becomes the text `\ufffd`. */
export function quoteJsonBytes(bytes: Uint8Array): ByteText {
  const parts = splitStrayBytes(toByteText(bytes));
  return `"${parts.map(({ valid, text }) => (valid ? escapeBody(decodeTextAsGo(text)) : '\\ufffd')).join('')}"`;
}

function escapeBody(text: string): ByteText {
  const escaped = /["\\<>&\x00-\x1f\u2028\u2029]/.test(text)
    ? text.replace(/["\\<>&\x00-\x1f\u2028\u2029]/g, escapeOne)
    : text;
  return encodeText(escaped);
}

function escapeOne(character: string): string {
  const short = goEscapes.get(character);
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const goEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
