import { fitsFile } from './quoted-spelling.ts';

/** What becomes of the line breaks at a literal's end: none are kept (`|-`), one is (`|`), all are (`|+`). */
export type Chomp = 'strip' | 'clip' | 'keep';

/** Where a literal's body stands. */
export interface LiteralPlace {
  /** Column, from 0, of the innermost block collection around it; -1 at the root of a document. */
  readonly column: number;
  /** Spaces before each line of the body: `max(column, 0) + step`, with a step of at least 1. */
  readonly step: number;
}

/** The indentation of a literal's body, in spaces. */
export function bodyIndent(place: LiteralPlace): number {
  return Math.max(place.column, 0) + place.step;
}

const MAX_STEP_IN_HEADER = 9;
/** LS, PS and NEL break lines in YAML 1.1 and nowhere else; CR is normalised. */
const carriedBadly = /[\r\x85\u2028\u2029]/;

/**
 * Spells a text as a literal block: header, line break, indented body, without the line break of its last line
 * (the caller's line ends it). The header has an indentation indicator where the body begins with white space.
 *
 * Returns `null` where the text cannot be carried: a character the file cannot hold, an empty text, or line breaks at
 * its end that `chomp` would change. Without `chomp`, the one that fits the text is taken.
 */
export function spellLiteral(
  text: string,
  place: LiteralPlace,
  chomp: Chomp = fittingChomp(text),
): string | null {
  if (carriedBadly.test(text) || !fitsFile(text) || !keeps(chomp, text)) return null;
  const leading = needsIndicator(text) || text.startsWith('\t');
  if (leading && place.step > MAX_STEP_IN_HEADER) return null;
  const header = `|${leading ? place.step : ''}${chompSign[chomp]}`;
  const body = chomp === 'strip' ? text : text.slice(0, -1);
  return `${header}\n${indentLines(body, bodyIndent(place))}`;
}

/** Tells whether go-yaml writes an indentation indicator for the text. */
export function needsIndicator(text: string): boolean {
  return /^[ \r\n\x85\u2028\u2029]/.test(text);
}

/** The chomping that go-yaml chooses: follows `yaml_emitter_write_block_scalar_hints`. */
export function fittingChomp(text: string): Chomp {
  if (!/[\r\n\x85\u2028\u2029]$/.test(text)) return 'strip';
  return /^.?$|[\r\n\x85\u2028\u2029].$/su.test(text) ? 'keep' : 'clip';
}

export const chompSign: Readonly<Record<Chomp, string>> = { strip: '-', clip: '', keep: '+' };

/** Indents each line that is not empty, by YAML 1.1's idea of a line. */
export function indentLines(text: string, indent: number): string {
  const padding = ' '.repeat(indent);
  return text.replace(/[^\r\n\x85\u2028\u2029]+/g, (line) => padding + line);
}

function keeps(chomp: Chomp, text: string): boolean {
  switch (chomp) {
    case 'strip':
      return text !== '' && !text.endsWith('\n');
    case 'clip':
      return /[^\n]\n$/.test(text);
    case 'keep':
      return text.endsWith('\n');
  }
}
