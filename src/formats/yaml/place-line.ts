/** What go-yaml v3 takes for a line break, one at a time; CR LF is one break of two characters. */
const breaks = /[\r\n\x85\u2028\u2029]/g;

/** The offset of the break that ends the line of `offset`, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  breaks.lastIndex = offset;
  const found = breaks.exec(text);
  return found === null ? text.length : found.index;
}

/** The offset behind the break that ends the line of `offset`, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  return behindBreak(text, lineEnd(text, offset));
}

/** The offset behind the break at `offset`, or `offset` where there is none. */
export function behindBreak(text: string, offset: number): number {
  if (text[offset] === '\r' && text[offset + 1] === '\n') return offset + 2;
  return isBreak(text, offset) ? offset + 1 : offset;
}

/** The offset before the break that ends at `offset`, or `offset` where there is none. */
export function beforeBreak(text: string, offset: number): number {
  if (text[offset - 1] === '\n' && text[offset - 2] === '\r') return offset - 2;
  return isBreak(text, offset - 1) ? offset - 1 : offset;
}

/** Where the line of `offset` starts. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text, at - 1)) at -= 1;
  return at;
}

/** The number of characters between the start of the line and `offset`. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The number of spaces that the line of `offset` starts with. */
export function indentOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  let at = start;
  while (text[at] === ' ') at += 1;
  return at - start;
}

/** Whether only blanks lie between the start of the line and `offset`. */
export function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** The line break the text uses: its first one; LF where it has none. */
export function lineBreakOf(text: string): string {
  const at = lineEnd(text, 0);
  const found = text.slice(at, behindBreak(text, at));
  return found === '\r\n' || found === '\r' ? found : '\n';
}

function isBreak(text: string, offset: number): boolean {
  switch (text.charCodeAt(offset)) {
    case 0x0a:
    case 0x0d:
    case 0x85:
    case 0x2028:
    case 0x2029:
      return true;
    default:
      return false;
  }
}
