/**
 * What a site's text was. A `Site.spelling` is the text itself; where that does not say all, a line break (no node
 * starts with one) and this as JSON.
 */
export interface Spelling {
  /** The text of the node; absent where only its key is to be respelled. */
  readonly text?: string;
  /** The characters between the key's `:` and the text, where the node has moved to a line of its own. */
  readonly gap?: number;
  /** The alias that was the node's key. */
  readonly key?: string;
}

export function printSpelling(spelling: Spelling): string {
  const { text, gap, key } = spelling;
  if (text !== undefined && gap === undefined && key === undefined && !text.startsWith('\n')) return text;
  return `\n${JSON.stringify(spelling)}`;
}

/** `null` for one that `printSpelling` did not print. */
export function parseSpelling(printed: string): Spelling | null {
  if (!printed.startsWith('\n')) return { text: printed };
  try {
    const value: unknown = JSON.parse(printed.slice(1));
    return isSpelling(value) ? value : null;
  } catch {
    return null;
  }
}

function isSpelling(value: unknown): value is Spelling {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { text, gap, key } = value as Record<string, unknown>;
  const isText = (part: unknown): boolean => part === undefined || typeof part === 'string';
  return isText(text) && isText(key) && (gap === undefined || (Number.isInteger(gap) && Number(gap) >= 0));
}
