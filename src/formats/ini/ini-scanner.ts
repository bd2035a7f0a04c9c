import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Comment, Entry } from '../../tree/value.ts';
import { type ByteText, commentOf, decodeText, scalarOf } from '../byte-text.ts';
import { LineCounter } from '../line-counter.ts';
import { metadataKey } from '../metadata-place.ts';
import { readKeyName } from './ini-key-name.ts';
import type { IniComment, IniKey, IniPiece, IniPlace, IniSection, IniSource } from './ini-source.ts';
import { byteOrderMark, lineEndAt, lineStartAt, skipSpace, trimmed, trimSpace } from './ini-space.ts';
import { readIniValue } from './ini-value.ts';

/** The name sops and ini.v1 give to what stands above the first section. */
export const topSection = 'DEFAULT';

/**
 * Reads an INI text with its places, following ini.v1 (parser.go) with non-unique sections, and makes sops' tree of it
 * (stores/ini): a section's comment is its first member, a key's comment follows the key.
 * Throws `document.syntax`, and `document.unsupported` for names that are not UTF-8, placed.
 */
export function scanIni(text: ByteText): IniSource {
  return new Scanner(text).document();
}

interface OpenSection extends IniSection {
  readonly keys: IniKey[];
  readonly byName: Map<string, number>;
}

class Scanner {
  readonly #text: ByteText;
  readonly #lines: LineCounter;
  readonly #sections: OpenSection[] = [];
  readonly #strays: IniComment[] = [];
  #block: IniPiece[] = [];
  #counter = 1;

  constructor(text: ByteText) {
    this.#text = text;
    this.#lines = new LineCounter(text);
  }

  document(): IniSource {
    let section = this.#open(topSection, 0, 0, null);
    for (let at = byteOrderMark(this.#text); at < this.#text.length; ) {
      const next = lineEndAt(this.#text, at);
      const start = skipSpace(this.#text, at, next);
      const first = start === next ? '' : this.#text[start];
      if (first === '#' || first === ';') this.#block.push({ start, end: next });
      else if (first === '[') section = this.#section(at, start, next);
      else if (first !== '') {
        at = this.#key(section, at, start, next);
        continue;
      }
      at = next;
    }
    this.#stray(
      this.#comment(null, { anchor: this.#text.length, lineStart: this.#text.length, ofSection: true }),
    );
    return this.#source();
  }

  #source(): IniSource {
    const entries = [...this.#sections.map(treeEntry), ...this.#strays.map((stray) => stray.node)];
    const sections = this.#sections.map((section, i) => ({
      ...section,
      entry: entries[i] as IniSection['entry'],
    }));
    return {
      text: this.#text,
      tree: { kind: 'mapping', entries, line: 1, column: 1 },
      sections,
      strays: this.#strays,
    };
  }

  #section(lineStart: number, start: number, next: number): OpenSection {
    const close = this.#text.slice(start, next).lastIndexOf(']') + start;
    if (close < start) throw this.#refuse(start, 'a section has no closing "]"');
    const name = this.#name(this.#text.slice(start + 1, close), start);
    if (name === '') throw this.#refuse(start, 'a section has no name');
    const found = this.#text.slice(close + 1, next).search(/[#;]/);
    const inline =
      found === -1 ? null : { start: close + 1 + found, end: trimSpace(this.#text, close, next) };
    const comment = this.#comment(inline, { anchor: close + 1, lineStart, ofSection: true });
    this.#counter = 1;
    const ofMetadata = name === metadataKey;
    if (ofMetadata) this.#stray(comment);
    return this.#open(name, lineStart, next, ofMetadata ? null : comment);
  }

  #open(name: string, start: number, headerEnd: number, comment: IniComment | null): OpenSection {
    const place = this.#lines.at(start);
    const value = { kind: 'mapping', entries: [], ...place } as const;
    const entry = { kind: 'entry', key: name, value } as const;
    const section: OpenSection = { name, entry, start, headerEnd, keys: [], byName: new Map(), comment };
    this.#sections.push(section);
    return section;
  }

  /** Reads a key with its value; returns the start of the next line. */
  #key(section: OpenSection, lineStart: number, start: number, next: number): number {
    const key = readKeyName(this.#text, start, next);
    if (typeof key === 'string') throw this.#refuse(start, key);
    const name = key.name === '-' ? `#${this.#counter++}` : this.#name(key.name, start);
    const read = readIniValue(this.#text, key.valueFrom);
    if (read === null) throw this.#refuse(start, 'the quotes around a value are not closed');
    const blockStart = this.#block[0]?.start ?? lineStart;
    const leaf = scalarOf(read.value, this.#lines.at(read.start));
    const comment = this.#comment(read.comment, { anchor: read.end, lineStart, ofSection: false });
    const place: IniPlace = {
      blockStart: lineStartAt(this.#text, blockStart),
      start: lineStart,
      nameStart: start,
      nameEnd: key.nameEnd,
      valueFrom: key.valueFrom,
      valueStart: read.start,
      valueEnd: read.end,
      commented: read.comment !== null,
      end: read.next,
    };
    this.#add(section, { name, leaf, places: [place], comment });
    return read.next;
  }

  /** A key that is there already keeps its position and takes the new value and comment. */
  #add(section: OpenSection, key: IniKey): void {
    const index = section.byName.get(key.name);
    const old = index === undefined ? undefined : section.keys[index];
    if (index === undefined || old === undefined) {
      section.byName.set(key.name, section.keys.length);
      section.keys.push(key);
      return;
    }
    this.#stray(old.comment);
    section.keys[index] = { ...key, places: [...old.places, ...key.places] };
  }

  #comment(
    inline: IniPiece | null,
    of: Pick<IniComment, 'anchor' | 'lineStart' | 'ofSection'>,
  ): IniComment | null {
    const parts = inline === null ? this.#block : [...this.#block, inline];
    const [first] = this.#block;
    const last = this.#block.at(-1);
    this.#block = [];
    if (parts[0] === undefined) return null;
    const raw = trimmed(parts.map(({ start, end }) => this.#text.slice(start, end)).join(''));
    const block =
      first && last ? { start: first.start, end: trimSpace(this.#text, last.start, last.end) } : null;
    const node: Comment = {
      kind: 'comment',
      ...commentOf(stripCommentChar(raw)),
      inline: false,
      ...this.#lines.at(parts[0].start),
    };
    return { node, block, inline, ...of };
  }

  #stray(comment: IniComment | null): void {
    if (comment !== null) this.#strays.push(comment);
  }

  #name(name: ByteText, at: number): string {
    const decoded = decodeText(name);
    if (decoded !== null) return decoded;
    throw new SopskitError('document.unsupported', 'A name is not valid UTF-8', {
      place: this.#lines.at(at),
    });
  }

  #refuse(at: number, problem: string): SopskitError {
    return new SopskitError('document.syntax', `The INI file cannot be read: ${problem}`, {
      place: this.#lines.at(at),
    });
  }
}

function treeEntry({ entry, keys, comment }: IniSection): Entry {
  const members = keys.flatMap((key): (Entry | Comment)[] => {
    const member: Entry = { kind: 'entry', key: key.name, value: key.leaf };
    return key.comment === null ? [member] : [member, key.comment.node];
  });
  return {
    ...entry,
    value: { ...entry.value, entries: comment === null ? members : [comment.node, ...members] },
  };
}

/** What sops drops of a comment's first line: all of its comment characters and the spaces among them. */
export function commentPrefix(comment: ByteText): ByteText {
  return (comment.startsWith(';') ? /^[; ]*/ : /^[# ]*/).exec(comment)?.[0] ?? '';
}

function stripCommentChar(comment: ByteText): ByteText {
  return comment.slice(commentPrefix(comment).length);
}
