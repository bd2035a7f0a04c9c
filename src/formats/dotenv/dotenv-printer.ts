import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Comment, Entry, Leaf, Mapping, Value } from '../../tree/value.ts';
import { type ByteText, encodeText } from '../byte-text.ts';
import { commentText, scalarText } from '../scalar-text.ts';

/** Prints a tree line by line, as sops does. Throws `document.not-emittable`. */
export function printDotenv(tree: Mapping): ByteText {
  return tree.entries.map((member) => `${printLine(member)}\n`).join('');
}

/** Prints one entry or comment, without its line break. */
export function printLine(member: Entry | Comment): ByteText {
  if (member.kind === 'comment') return `#${printLeaf(member)}`;
  return `${printKey(member)}=${printValue(member.value)}`;
}

/** Prints a value as it stands behind `=`. Throws `document.not-emittable` for a map or list. */
export function printValue(value: Value): ByteText {
  if (value.kind === 'mapping' || value.kind === 'sequence') {
    throw notEmittable(`it would have to hold a ${value.kind === 'mapping' ? 'map' : 'list'}`);
  }
  return printLeaf(value);
}

/** Prints what a leaf's line holds behind its `=` or `#`: never a line break, which would start another line. */
export function printLeaf(leaf: Leaf): ByteText {
  if (leaf.kind === 'comment') return commentText(leaf).replaceAll('\n', '\n#');
  const text = scalarText(leaf);
  return leaf.kind === 'string' || leaf.kind === 'bytes' ? text.replaceAll('\n', '\\n') : text;
}

/** A key that would be read as something else makes sops write a file that holds other data. */
function printKey({ key }: Entry): ByteText {
  if (typeof key !== 'string') throw notEmittable(`it would have a key that is ${key.type}`);
  if (/[=\n]/.test(key) || key.startsWith('#')) {
    throw notEmittable('a key holds "=" or a line break, or starts with "#"');
  }
  return encodeText(key);
}

function notEmittable(problem: string): SopskitError {
  return new SopskitError('document.not-emittable', `The data cannot be printed as dotenv: ${problem}`);
}
