import type { Git } from '../git/git.ts';
import type { FormerFile, FormerRecipient } from './audit.ts';
import type { DataKeys } from './data-keys.ts';
import { grouped } from './grouped.ts';
import { type Reader, sealedPlaces } from './sealed-version.ts';
import type { NumberedVersion, Subject } from './subject.ts';
import type { ValueComparison } from './unchanged-values.ts';
import { fileOf } from './versions.ts';

/** What finding former recipients goes by. */
export interface Past {
  readonly git: Git;
  readonly subjects: readonly Subject[];
  /** Oldest first. */
  readonly versions: readonly NumberedVersion[];
  readonly keys: DataKeys;
  readonly comparison: ValueComparison;
  nameOf(id: string): string | null;
  /** Whether all files of the repository are audited: only then can it be said that one is gone. */
  readonly whole: boolean;
}

/**
 * Finds who can still read what although files do not list them any more. Whoever was ever given a data key can have
 * kept it: all versions with that data key count, whoever they list.
 */
export async function formerRecipients(past: Past): Promise<FormerRecipient[]> {
  const search = new FormerSearch(past);
  const found: FormerRecipient[] = [];
  for (const reader of search.everReaders()) {
    const former = await search.of(reader);
    if (former !== null) found.push(former);
  }
  return found.sort((a, b) => b.files.length - a.files.length || (a.id < b.id ? -1 : 1));
}

class FormerSearch {
  readonly #past: Past;
  readonly #byPath: ReadonlyMap<string, readonly NumberedVersion[]>;
  readonly #readers = new Map<string, Reader>();
  /** The data keys that a reader was ever given. */
  readonly #given = new Map<string, Set<number>>();
  /** The readers that files of today list, by data key. */
  readonly #listedNow = new Map<number, Set<string>>();
  readonly #compared = new Map<string, Promise<string[] | null>>();

  constructor(past: Past) {
    this.#past = past;
    this.#byPath = grouped(past.versions, ({ path }) => path);
    for (const { node, readers } of [...past.versions, ...past.subjects])
      this.#give(past.keys.of(node), readers);
    for (const { node, readers } of past.subjects) {
      const key = past.keys.of(node);
      const listed = this.#listedNow.get(key) ?? new Set();
      for (const { id } of readers) listed.add(id);
      this.#listedNow.set(key, listed);
    }
  }

  everReaders(): Iterable<Reader> {
    return this.#readers.values();
  }

  async of(reader: Reader): Promise<FormerRecipient | null> {
    const { subjects, nameOf } = this.#past;
    const files: FormerFile[] = [];
    for (const subject of subjects) {
      const file = await this.#fileOf(subject, reader.id);
      if (file !== null) files.push(file);
    }
    const elsewhere = subjects.some(({ readers }) => readers.some(({ id }) => id === reader.id));
    const gone = elsewhere ? [] : this.#goneFiles(reader.id);
    if (files.length + gone.length === 0) return null;
    return { ...reader, name: nameOf(reader.id), elsewhere, files, gone };
  }

  #give(key: number, readers: readonly Reader[]): void {
    for (const reader of readers) {
      this.#readers.set(reader.id, reader);
      const given = this.#given.get(reader.id) ?? new Set();
      given.add(key);
      this.#given.set(reader.id, given);
    }
  }

  async #fileOf(subject: Subject, id: string): Promise<FormerFile | null> {
    if (subject.readers.some((reader) => reader.id === id)) return null;
    const versions = this.#byPath.get(subject.path) ?? [];
    const key = this.#past.keys.of(subject.node);
    const listed = versions.findLast((version) => lists(version, id));
    if (this.#has(id, key)) {
      // a reader of another file of today with this data key is no former one, unless this file listed it
      if (listed === undefined && this.#listedNow.get(key)?.has(id) === true) return null;
      const elsewhere =
        listed ?? this.#past.versions.findLast((each) => this.#keyOf(each) === key && lists(each, id));
      const values = valuesOf(subject);
      return {
        path: subject.path,
        reads: 'now',
        last: null,
        listed: momentOf(elsewhere),
        values,
        basis: 'all',
      };
    }
    const last = versions.findLast((version) => this.#has(id, this.#keyOf(version)));
    if (last === undefined) return null;
    const values = await this.#unchanged(last, subject);
    const basis = values === null ? 'unknown' : 'opened';
    return {
      path: subject.path,
      reads: 'then',
      last: momentOf(last),
      listed: momentOf(listed),
      values,
      basis,
    };
  }

  #goneFiles(id: string): string[] {
    if (!this.#past.whole) return [];
    const today = new Set(this.#past.subjects.map(({ path }) => path));
    const readable = this.#past.versions.filter(
      (version) =>
        !today.has(version.path) &&
        this.#has(id, this.#keyOf(version)) &&
        !this.#listedNow.has(this.#keyOf(version)),
    );
    return [...new Set(readable.map(({ path }) => path))].sort();
  }

  #unchanged(version: NumberedVersion, subject: Subject): Promise<string[] | null> {
    const name = `${version.blob} ${subject.path}`;
    const known = this.#compared.get(name) ?? this.#compare(version, subject);
    this.#compared.set(name, known);
    return known;
  }

  async #compare(version: NumberedVersion, subject: Subject): Promise<string[] | null> {
    const before = await fileOf(this.#past.git, version);
    return before === null ? null : this.#past.comparison.unchanged(before, subject.file);
  }

  #has(id: string, key: number): boolean {
    return this.#given.get(id)?.has(key) === true;
  }

  #keyOf({ node }: NumberedVersion): number {
    return this.#past.keys.of(node);
  }
}

function lists({ readers }: NumberedVersion, id: string): boolean {
  return readers.some((reader) => reader.id === id);
}

function valuesOf({ file }: Subject): string[] {
  return sealedPlaces(file).flatMap(({ place, isComment }) => (isComment ? [] : [place]));
}

function momentOf(version: NumberedVersion | undefined): FormerFile['listed'] {
  if (version?.commit == null) return null;
  return { commit: version.commit, time: version.time ?? '' };
}
