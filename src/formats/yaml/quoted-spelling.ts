/** Text that go-yaml's reader refuses in a file. */
const unreadable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const everyUnreadable = new RegExp(unreadable, 'g');
const lineBreak = /[\r\n\x85\u2028\u2029]/;

const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

/** Replaces each lone surrogate by U+FFFD, as encoding to UTF-8 does. */
export function wellFormed(text: string): string {
  return loneSurrogate.test(text) ? text.replace(loneSurrogates, '\ufffd') : text;
}

/** Tells whether a text can stand in a file as it is, on one line. */
export function fitsOneLine(text: string): boolean {
  return !lineBreak.test(text) && fitsFile(text);
}

/** Tells whether go-yaml's reader takes every character of a text unescaped. */
export function fitsFile(text: string): boolean {
  return !unreadable.test(text) && !loneSurrogate.test(text);
}

/** Escapes what go-yaml's reader refuses, for text that has no quotes around it: a comment. */
export function escapeUnreadable(text: string): string {
  return fitsFile(text) ? text : wellFormed(text).replace(everyUnreadable, escapeOf);
}

/** Spells a text in single quotes on one line; `null` where it has a character that this style cannot carry. */
export function spellSingle(text: string): string | null {
  return fitsOneLine(text) ? `'${text.replaceAll("'", "''")}'` : null;
}

/**
 * Spells a text in double quotes on one line, with go-yaml's escapes (`yaml_emitter_write_double_quoted_scalar`).
 * Any text can be spelled; lone surrogates become U+FFFD.
 */
export function spellDouble(text: string): string {
  const escapes = startsWithMark(text) ? anyCharacter : escaped;
  return `"${wellFormed(text).replace(escapes, escapeOf)}"`;
}

const escaped = /[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]/gu;
const anyCharacter = /./gsu;

/** go-yaml looks for a byte order mark at the start of the text wherever it stands, and so escapes all of this one. */
function startsWithMark(text: string): boolean {
  return text.charCodeAt(0) === 0xfeff;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\xa0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function escapeOf(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
