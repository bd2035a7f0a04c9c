/**
 * A block of lines of ours in a text file of somebody else: put in, exchanged and taken out again so that every other
 * byte stays. The first line says what there was to undo besides the block itself.
 */

const begin = '# >>> sopskit git install';
const end = '# <<< sopskit git install';
const block = /^# >>> sopskit git install(?<notes>[^\n]*)\n[\s\S]*?^# <<< sopskit git install\n?/m;
const newFile = ' (new file)';
const unended = ' (the line above had no end)';

/** Returns the text with the block: where one is, else at the end, or at the index `at`. `null` is a file that does not exist. */
export function withBlock(text: string | null, lines: readonly string[], at?: number): string {
  const there = text === null ? null : block.exec(text);
  if (text !== null && there !== null) {
    const made = blockText(lines, there.groups?.['notes'] ?? '');
    return text.slice(0, there.index) + made + text.slice(there.index + there[0].length);
  }
  if (text === null) return blockText(lines, newFile);
  const [head, tail] = [text.slice(0, at ?? text.length), text.slice(at ?? text.length)];
  const isOpen = head !== '' && !head.endsWith('\n');
  return `${head}${isOpen ? '\n' : ''}${blockText(lines, isOpen ? unended : '')}${tail}`;
}

/** Returns the text without the block, as it was before; `null` where there was no file. Without a block: the text itself. */
export function withoutBlock(text: string): string | null {
  const there = block.exec(text);
  if (there === null) return text;
  const notes = there.groups?.['notes'] ?? '';
  const head = text.slice(0, there.index);
  const rest =
    (notes === unended ? head.replace(/\n$/, '') : head) + text.slice(there.index + there[0].length);
  return notes === newFile && (rest === '' || isShebang(rest)) ? null : rest;
}

export function hasBlock(text: string): boolean {
  return block.test(text);
}

/** Whether a block begins that does not end: where it does, nobody can tell. */
export function hasOpenBlock(text: string): boolean {
  return !hasBlock(text) && text.split('\n').some((line) => line.startsWith(begin));
}

export const openBlock: string = `the line "${end}" is missing: put it where the lines of sopskit end, or remove them`;

function blockText(lines: readonly string[], notes: string): string {
  return `${[begin + notes, ...lines, end].join('\n')}\n`;
}

/** What a new hook begins with, above the block. */
function isShebang(text: string): boolean {
  return /^#![^\n]*\n$/.test(text);
}
