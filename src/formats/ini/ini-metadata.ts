import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';
import { flatten } from '../flatten.ts';
import { LineCounter } from '../line-counter.ts';
import { metadataKey } from '../metadata-place.ts';
import { scalarText } from '../scalar-text.ts';
import { printKeys } from './ini-printer.ts';
import { sectionEnd } from './ini-put.ts';
import { scanIni } from './ini-scanner.ts';
import type { IniSource } from './ini-source.ts';

/**
 * Writes the metadata as a section of flattened keys, in place of the old one or behind everything; `null` takes it
 * out. A new section stands behind one blank line, and a text whose last line is not closed stays so: that is how
 * taking the section out again restores it.
 */
export function withIniMetadata(text: ByteText, value: Mapping | null): ByteText {
  const source = scanIni(text);
  const [old, ...extra] = source.sections.filter((section) => section.name === metadataKey);
  if (extra.length > 0 && value !== null)
    throw new SopskitError('sops.metadata', 'There is more than one [sops] section');
  if (value !== null) refuseHiddenValues(source);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const section = value === null ? '' : printMetadata(value).replaceAll('\n', lineBreak);
  if (old === undefined) return section === '' ? text : appended(text, section, lineBreak);
  const end = sectionEnd(old);
  const open = end === text.length && !text.endsWith('\n');
  if (section !== '')
    return text.slice(0, old.start) + (open ? withoutBreak(section, lineBreak) : section) + text.slice(end);
  const before = text.slice(0, old.start);
  const blank = /(?:^|\n)(\r?\n)$/.exec(before)?.[1] ?? '';
  const kept = before.slice(0, before.length - blank.length);
  const removed = open ? withoutBreak(kept, blank || lineBreak) : kept + text.slice(end);
  return extra.length === 0 ? removed : withIniMetadata(removed, null);
}

/**
 * Nothing seals an empty value, so that an earlier line's value for its key, which it overrides, would stay readable.
 * Throws `document.unsupported`, placed.
 */
function refuseHiddenValues({ text, sections }: IniSource): void {
  for (const { keys } of sections) {
    for (const { name, leaf, places } of keys) {
      const hidden = places.find(({ valueStart, valueEnd }) => valueEnd > valueStart);
      if (places.length === 1 || hidden === undefined || scalarText(leaf) !== '') continue;
      throw new SopskitError(
        'document.unsupported',
        `The key ${JSON.stringify(name)} is set again further down, to nothing: this value would stay readable in the encrypted file`,
        { place: new LineCounter(text).at(hidden.start), hint: 'Remove one of the two lines.' },
      );
    }
  }
}

function appended(text: ByteText, section: ByteText, lineBreak: string): ByteText {
  if (text === '') return section;
  if (text.endsWith('\n')) return text + lineBreak + section;
  return readable(text + lineBreak + lineBreak + withoutBreak(section, lineBreak));
}

/** A last line `key = """` without a line break holds three quotes; with one it would open a value of many lines. */
function readable(text: ByteText): ByteText {
  try {
    scanIni(text);
    return text;
  } catch (cause) {
    throw new SopskitError(
      'document.unsupported',
      'Nothing can follow the last line of the INI file: its quotes would stay open',
      {
        hint: 'Write a line break at the end of the file and quote the value.',
        cause,
      },
    );
  }
}

function printMetadata(metadata: Mapping): ByteText {
  const entries = flatten(metadata).map(
    (entry): Entry =>
      entry.value.kind === 'string'
        ? { ...entry, value: { kind: 'string', value: entry.value.value.replaceAll('\n', '\\n') } }
        : entry,
  );
  return `[${metadataKey}]\n${printKeys(entries)}`;
}

function withoutBreak(text: ByteText, lineBreak: string): ByteText {
  return text.endsWith(lineBreak) ? text.slice(0, text.length - lineBreak.length) : text;
}
