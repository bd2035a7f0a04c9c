import type { EmitPrinter } from './emit-printer.ts';
import type { LiteralPlace } from './literal-spelling.ts';
import { bodyIndent, chompSign, fittingChomp, indentLines, needsIndicator } from './literal-spelling.ts';
import { spellDouble } from './quoted-spelling.ts';
import { canonicalStyle } from './scalar-spelling.ts';
import type { ScalarText } from './scalar-text.ts';
import { scalarTraits } from './scalar-traits.ts';

/** Bytes of tag and text; go-yaml writes `? ` before a longer key. */
const SIMPLE_KEY_BYTES = 128;
const MOST_BYTES_PER_UNIT = 3;

/** Tells whether go-yaml writes a key without `? `. */
export function isSimpleKey(key: ScalarText): boolean {
  const { text, tag } = key;
  if (scalarTraits(text).multiline) return false;
  if (text.length * MOST_BYTES_PER_UNIT + tag.length <= SIMPLE_KEY_BYTES) return true;
  return Buffer.byteLength(text) + tag.length <= SIMPLE_KEY_BYTES;
}

/** Prints a scalar at `place`; behind a literal's header goes the line comment that waits in the printer. */
export function emitScalar(printer: EmitPrinter, scalar: ScalarText, place: LiteralPlace): void {
  const { tag, text, isString } = scalar;
  if (!isString && tag === '') {
    printer.token(text);
    return;
  }
  const style = canonicalStyle(scalar, scalarTraits(text));
  if (tag !== '') printer.token(tag);
  if (style === 'plain') printer.token(text);
  else if (style === 'single') printer.token(foldSingle(text, bodyIndent(place)));
  else if (style === 'double' || printer.commentSpoils(text)) printer.token(spellDouble(text));
  else printer.literal(literalHeader(printer, text, place), indentLines(text, bodyIndent(place)));
}

/**
 * A literal's header. Where the body begins with white space, go-yaml writes the step as its indentation; in a list
 * item the body's own is another, and the value would be lost. Ours is right; on blank lines alone it changes nothing.
 * A leading tab needs the number too: go-yaml writes none, and then takes the tab for indentation.
 */
function literalHeader(printer: EmitPrinter, text: string, place: LiteralPlace): string {
  const sign = chompSign[fittingChomp(text)];
  if (text.startsWith('\t')) return `|${place.step}${sign}`;
  if (!needsIndicator(text)) return `|${sign}`;
  return `|${hasContent(text) ? place.step : printer.step}${sign}`;
}

function hasContent(text: string): boolean {
  return /[^\n\u2028\u2029]/.test(text);
}

/** The only line breaks in single quotes are LS and PS; what follows them is indented, and read without that. */
function foldSingle(text: string, indent: number): string {
  const quoted = `'${text.replaceAll("'", "''")}`;
  return `${quoted.replace(/([\u2028\u2029])(?=[^\u2028\u2029])/g, `$1${' '.repeat(indent)}`)}'`;
}
