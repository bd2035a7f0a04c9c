import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping } from '../../tree/value.ts';
import { type ByteText, encodeText } from '../byte-text.ts';
import { commentText, scalarText } from '../scalar-text.ts';
import { topSection } from './ini-scanner.ts';
import { commentPrinted, keySpelled, valuePrinted } from './ini-spelling.ts';

interface PrintedSection {
  readonly name: string;
  comment: ByteText;
  readonly keys: Map<string, PrintedKey>;
}

interface PrintedKey {
  value: ByteText;
  comment: ByteText;
}

/**
 * Prints trees as sops does (stores/ini, encodeTree; ini.v1, writeToBuffer): keys aligned per section, a blank line
 * between sections, a comment above what it belongs to. Of several comments on one key the last is printed, comments
 * outside of sections are not. Throws `document.not-emittable` for values that are no text: sops prints its own
 * memory's notation for those.
 */
export function printIni(branches: readonly Mapping[]): ByteText {
  const sections = branches.flatMap((branch) =>
    branch.entries.filter((member) => member.kind === 'entry').map(sectionOf),
  );
  return sections
    .map((section, index) => printSection(section, index, index === sections.length - 1))
    .join('');
}

/** Prints the lines of keys, aligned, as in one section. */
export function printKeys(entries: readonly Entry[]): ByteText {
  return printKeyLines(sectionOf({ kind: 'entry', key: topSection, value: { kind: 'mapping', entries } }));
}

function sectionOf(entry: Entry): PrintedSection {
  if (typeof entry.key !== 'string' || entry.key === '') throw notEmittable('a section has no name');
  if (entry.value.kind !== 'mapping') throw notEmittable('a value stands outside of a section', entry);
  const section: PrintedSection = { name: entry.key, comment: '', keys: new Map() };
  let last: PrintedKey | null = null;
  for (const [index, member] of entry.value.entries.entries()) {
    if (member.kind === 'comment') {
      if (index === 0) section.comment = commentText(member);
      else if (last !== null) last.comment = commentText(member);
      continue;
    }
    last = keyOf(section, member);
  }
  return section;
}

/** A key that is there already keeps its position and takes the new value, as in ini.v1. */
function keyOf(section: PrintedSection, { key, value }: Entry): PrintedKey {
  if (typeof key !== 'string' || key === '') throw notEmittable('a key has no name');
  if (value.kind === 'mapping' || value.kind === 'sequence') {
    throw notEmittable(
      `the key ${JSON.stringify(key)} would have to hold a ${value.kind === 'mapping' ? 'map' : 'list'}`,
    );
  }
  const known = section.keys.get(key);
  const text = scalarText(value);
  if (known !== undefined) {
    known.value = text;
    return known;
  }
  const added = { value: text, comment: '' };
  section.keys.set(key, added);
  return added;
}

function printSection(section: PrintedSection, index: number, last: boolean): ByteText {
  const comment = section.comment === '' ? '' : `${commentPrinted(section.comment, true).join('\n')}\n`;
  // ini.v1 writes no header over a first section named DEFAULT, in whatever case.
  const header =
    index === 0 && section.name.toUpperCase() === topSection ? '' : `[${encodeText(section.name)}]\n`;
  if (header === '' && section.keys.size === 0) return comment;
  return `${comment}${header}${printKeyLines(section)}${last ? '' : '\n'}`;
}

function printKeyLines(section: PrintedSection): ByteText {
  const names = [...section.keys.keys()].map(keySpelled);
  const width = names.reduce((widest, name) => Math.max(widest, name.length), 0);
  return [...section.keys]
    .map(([name, key]) => {
      const comment = key.comment === '' ? '' : `${commentPrinted(key.comment, false).join('\n')}\n`;
      return `${comment}${keySpelled(name).padEnd(width)} = ${valuePrinted(key.value)}\n`;
    })
    .join('');
}

function notEmittable(problem: string, entry?: Entry): SopskitError {
  const name = entry === undefined ? '' : ` (key ${JSON.stringify(entry.key)})`;
  return new SopskitError('document.not-emittable', `The data cannot be printed as INI: ${problem}${name}`);
}
