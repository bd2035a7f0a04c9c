import { SopskitError } from '../../errors/sopskit-error.ts';
import { type Path, printPath } from '../../tree/path.ts';
import type { Scalar, Value } from '../../tree/value.ts';
import { type ByteText, encodeText } from '../byte-text.ts';
import { equalValues } from '../equal-values.ts';
import { metadataKey } from '../metadata-place.ts';
import { scalarText } from '../scalar-text.ts';
import { applySplices, type Splice } from '../splice.ts';
import { printKeys } from './ini-printer.ts';
import { scanIni, topSection } from './ini-scanner.ts';
import type { IniKey, IniSection, IniSource } from './ini-source.ts';
import { lineEndAt, lineStartAt, skipSpace } from './ini-space.ts';
import { keySpelled, quotesOf, valueSpelled } from './ini-spelling.ts';

/**
 * Sets what stands at `[section]` or `[section, key]`, as sops' set does, then reads the result: what INI cannot hold
 * is refused with `document.not-emittable`. Throws `document.path-not-found` for paths an INI file cannot have.
 */
export function withIniValue(text: ByteText, path: Path, value: Value): ByteText {
  const [name, key, ...rest] = path;
  if (typeof name !== 'string' || (key !== undefined && typeof key !== 'string') || rest.length > 0) {
    throw notFound(path, 'an INI file has sections and keys, and nothing below');
  }
  if (key === undefined) return withSection(text, name, value);
  if (value.kind === 'mapping' || value.kind === 'sequence')
    throw notEmittable(path, 'a key cannot hold a map or list');
  const source = scanIni(text);
  const section = source.sections.find((other) => other.name === name);
  const known = section?.keys.find((other) => other.name === key);
  if (known !== undefined && equalValues(known.leaf, value)) return text;
  const splices =
    known === undefined
      ? addKey(source, section, name, key, value)
      : replaceValue(source, known, path, value);
  return verified(applySplices(text, splices), name, [[key, value]]);
}

/** Removes a section or a key, its comment included. Throws `document.path-not-found`. */
export function withoutIniValue(text: ByteText, path: Path): ByteText {
  const [name, key, ...rest] = path;
  const source = scanIni(text);
  const index = source.sections.findIndex((other) => other.name === name);
  const section = source.sections[index];
  if (section === undefined || rest.length > 0) throw notFound(path, 'there is nothing');
  if (key === undefined) return applySplices(text, [removeSection(source, section)]);
  const known = section.keys.find((other) => other.name === key);
  if (known === undefined) throw notFound(path, 'there is nothing');
  refuseRenumbering(source, section, known, path);
  return applySplices(
    text,
    known.places.map(({ blockStart, end }) => ({ start: blockStart, end, text: '' })),
  );
}

/** Keys named `-` are numbered by position: without one, those behind it would have other paths and not decrypt. */
function refuseRenumbering({ text }: IniSource, section: IniSection, key: IniKey, path: Path): void {
  const numbered = section.keys.filter(({ name, places: [place] }) => {
    return (
      /^#\d+$/.test(name) && place !== undefined && /^["`]*-/.test(text.slice(place.nameStart, place.nameEnd))
    );
  });
  if (numbered.includes(key) && numbered.at(-1) !== key) {
    throw notEmittable(
      path,
      'keys named "-" are numbered by position, and the ones behind it would be renumbered',
    );
  }
}

/** Where a section's last line ends. */
export function sectionEnd(section: IniSection): number {
  return section.keys.reduce((end, key) => Math.max(end, key.places.at(-1)?.end ?? 0), section.headerEnd);
}

function withSection(text: ByteText, name: string, value: Value): ByteText {
  if (value.kind !== 'mapping') throw notEmittable([name], 'a section holds keys, not a value');
  const members = value.entries.flatMap((member) => (member.kind === 'entry' ? [member] : []));
  const keys = members.map(({ key, value: inner }): [string, Scalar] => {
    if (typeof key !== 'string' || inner.kind === 'mapping' || inner.kind === 'sequence') {
      throw notEmittable([name], 'its members are not all plain values');
    }
    return [key, inner];
  });
  const source = scanIni(text);
  const section = source.sections.find((other) => other.name === name);
  if (section !== undefined && equalValues(section.entry.value, value)) return text;
  const printed = printKeys(members);
  if (section === undefined)
    return verified(applySplices(text, [newSection(source, name, printed)]), name, keys);
  const start = section.headerEnd;
  return verified(applySplices(text, [{ start, end: sectionEnd(section), text: printed }]), name, keys);
}

function replaceValue({ text }: IniSource, key: IniKey, path: Path, value: Scalar): Splice[] {
  return key.places.map(({ valueStart: start, valueEnd: end, valueFrom, commented }) => {
    const spelled = valueSpelled(scalarText(value), quotesOf(text.slice(start, end)), commented);
    if (spelled === null) throw notEmittable(path, 'no quotes can hold this value');
    // An empty value lies right behind its delimiter.
    const gap = start === end && start === valueFrom && spelled !== '' ? ' ' : '';
    return { start, end, text: gap + spelled };
  });
}

function addKey(
  source: IniSource,
  section: IniSection | undefined,
  name: string,
  key: string,
  value: Scalar,
): Splice[] {
  const spelled = valueSpelled(scalarText(value), '', false);
  if (spelled === null) throw notEmittable([name, key], 'no quotes can hold this value');
  if (section === undefined) return [newSection(source, name, `${keySpelled(key)} = ${spelled}\n`)];
  const at = sectionEnd(section);
  return [
    insertLines(source.text, at, `${keySpelled(key)}${delimiterLike(source.text, section, key)}${spelled}\n`),
  ];
}

/** The delimiter with its white space as in the section's last key, aligned where that one's is. */
function delimiterLike(text: ByteText, section: IniSection, key: string): string {
  const last = section.keys.at(-1)?.places.at(-1);
  if (last === undefined) return ' = ';
  const delimiter = text.slice(last.nameEnd, last.valueFrom);
  const gap = /^[ \t]*/.exec(text.slice(last.valueFrom, last.valueStart))?.[0] ?? '';
  const width = last.valueFrom - 1 - last.nameStart;
  const aligned = delimiter.length > 2 || section.keys.some((other) => isAligned(other, width));
  const space = aligned ? ' '.repeat(Math.max(1, width - keySpelled(key).length)) : delimiter.slice(0, -1);
  return `${space}${delimiter.at(-1)}${gap}`;
}

function isAligned({ places }: IniKey, width: number): boolean {
  const [place] = places;
  return (
    place !== undefined &&
    place.valueFrom - place.nameEnd > 2 &&
    place.valueFrom - 1 - place.nameStart === width
  );
}

/** A new section goes behind the data and in front of the metadata. */
function newSection(source: IniSource, name: string, lines: ByteText): Splice {
  const last = source.sections.findLast((section) => section.name !== metadataKey);
  const at = last === undefined ? 0 : sectionEnd(last);
  if (name === topSection && at === 0) return insertLines(source.text, 0, lines);
  const header = `[${encodeText(name)}]\n${lines}`;
  const rest = source.text.slice(at);
  const behind = at === 0 && rest !== '' && !/^\r?\n/.test(rest) ? '\n' : '';
  return insertLines(source.text, at, `${at === 0 ? '' : '\n'}${header}${behind}`);
}

/** Removes a section with its comment and the blank lines behind it; what comments follow belongs to others. */
function removeSection({ text, sections }: IniSource, section: IniSection): Splice {
  const start = lineStartAt(text, section.comment?.block?.start ?? section.start);
  let end = sectionEnd(section);
  if (section === sections.at(-1)) return { start, end, text: '' };
  for (let next = lineEndAt(text, end); end < text.length; next = lineEndAt(text, end)) {
    if (skipSpace(text, end, next) < next) break;
    end = next;
  }
  return { start, end, text: '' };
}

/** Inserts closed lines, with the file's line ends; a last line that is not closed stays so. */
function insertLines(text: ByteText, at: number, lines: ByteText): Splice {
  const native = text.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines;
  if (at !== text.length || text === '' || text.endsWith('\n')) return { start: at, end: at, text: native };
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return { start: at, end: at, text: lineBreak + native.slice(0, -lineBreak.length) };
}

/** Refuses a result that does not read back as what was set. */
function verified(text: ByteText, name: string, keys: readonly (readonly [string, Scalar])[]): ByteText {
  const section = sectionsOf(text, name).find(
    (other) => other.name === name && (name !== topSection || other.keys.length > 0),
  );
  for (const [key, value] of keys) {
    const found = section?.keys.find((other) => other.name === key);
    if (found === undefined || scalarText(found.leaf) !== scalarText(value)) {
      throw notEmittable([name, key], 'INI cannot spell this name or value so that it reads back');
    }
  }
  if (section === undefined && keys.length > 0) throw notEmittable([name], 'INI cannot spell this name');
  return text;
}

function sectionsOf(text: ByteText, name: string): readonly IniSection[] {
  try {
    return scanIni(text).sections;
  } catch (cause) {
    if (!(cause instanceof SopskitError)) throw cause;
    throw notEmittable([name], 'INI cannot spell this name or value so that it reads back');
  }
}

function notFound(path: Path, problem: string): SopskitError {
  return new SopskitError(
    'document.path-not-found',
    `No value can be reached at ${printPath(path)}: ${problem}`,
    {
      place: { path },
    },
  );
}

function notEmittable(path: Path, problem: string): SopskitError {
  return new SopskitError(
    'document.not-emittable',
    `The value at ${printPath(path)} cannot be written: ${problem}`,
    {
      place: { path },
    },
  );
}
