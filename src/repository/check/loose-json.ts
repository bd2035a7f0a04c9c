/**
 * Splits what a JSON parser refuses but other programs read into values: JSON Lines and other documents behind each other,
 * comments (`//`, `#`, between slash and star), commas behind the last item. Shapes only: whether a value is JSON is for
 * the parser to say. Lines are kept. Returns each value's text and what to add to its lines.
 */
export function looseJson(text: string): { text: string; lineOffset: number }[] {
  const found: { text: string; lineOffset: number }[] = [];
  let pieces: string[] = [];
  let [depth, line, start] = [0, 0, 0];
  for (const [token] of text.matchAll(tokens)) {
    const breaks = token.split('\n').length - 1;
    const [opens, closes] = ['[{'.includes(token), ']}'.includes(token)];
    if (depth === 0 && opens) [pieces, start] = [[], line];
    if (opens) depth++;
    if (closes) withoutLastComma(pieces);
    if (depth > 0) pieces.push(/^(?:\/[/*]|#)/.test(token) ? '\n'.repeat(breaks) : token);
    line += breaks;
    if (depth > 0 && closes && --depth === 0) found.push({ text: pieces.join(''), lineOffset: start });
  }
  // what is not closed is for the parser to refuse
  return depth > 0 ? [...found, { text: pieces.join(''), lineOffset: start }] : found;
}

function withoutLastComma(pieces: string[]): void {
  let at = pieces.length - 1;
  while (at > 0 && pieces[at]?.trim() === '') at--;
  const piece = pieces[at];
  if (piece !== undefined && /^[,\s]+$/.test(piece)) pieces[at] = piece.replace(',', '');
}

/** A string or remark that does not end goes on to the end, so that each character is looked at once. */
const tokens =
  /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|[[\]{}]|[,\s]+|[^"/#[\]{},]+|[\s\S]/g;
