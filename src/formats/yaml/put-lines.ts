import type { Entry, Node, Value } from '../../tree/value.ts';
import { emitYaml } from './emit.ts';

/** Prints an entry as go-yaml does, on lines that end with a break, from column 0. */
export function entryLines(entry: Entry, step: number): string {
  return emitYaml([{ kind: 'mapping', entries: [entry] }], { indent: step });
}

/** Prints an item with its `- `, on lines that end with a break, from column 0. */
export function itemLines(item: Node, step: number): string {
  return valueLines({ kind: 'sequence', items: [item] }, step);
}

/** Prints a collection that is not empty, on lines that end with a break, from column 0. */
export function valueLines(value: Value, step: number): string {
  const lines = entryLines({ kind: 'entry', key: 'v', value }, step);
  const below = lines.slice(lines.indexOf('\n') + 1);
  const indent = /^ */.exec(below)?.[0].length ?? 0;
  return below.replaceAll(new RegExp(`^ {1,${Math.max(indent, 1)}}`, 'gm'), '');
}

/** Whether go-yaml gives a value lines of its own; scalars and empty collections stay behind their key. */
export function isBlock(value: Node): boolean {
  if (value.kind === 'mapping') return value.entries.some((member) => member.kind !== 'comment');
  return value.kind === 'sequence' && value.items.some((item) => item.kind !== 'comment');
}

/** Moves lines to a column and gives them the text's line breaks; empty lines stay empty. */
export function shiftLines(lines: string, column: number, lineBreak: string): string {
  const padding = ' '.repeat(column);
  const shifted = lines.replace(/^(?=[^\n])/gm, padding);
  return lineBreak === '\n' ? shifted : shifted.replaceAll('\n', lineBreak);
}
