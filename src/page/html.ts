import { printablePath } from '../system/path-text.ts';

/** Text that is HTML already. Only `html` and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is not, `null` is nothing. */
export type Part = string | number | Markup | null | readonly Part[];

/** Puts markup together; everything that is put into it is escaped, in attributes (in double quotes) too. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces: string[] = [strings[0] ?? ''];
  parts.forEach((part, index) => {
    pieces.push(textOf(part), strings[index + 1] ?? '');
  });
  return new Markup(pieces.join(''));
}

/** Takes a text of ours, such as a style sheet, for markup. Never for what comes from a file. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Escapes a text. Control characters and lone surrogates (of file names) become visible. */
export function escaped(text: string): string {
  return printablePath(text).replace(/[&<>"'`]/g, (character) => entities.get(character) ?? '');
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
]);

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(textOf).join('');
}
