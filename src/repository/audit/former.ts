import type { FormerFile, FormerRecipient, KeptAlone } from './audit.ts';
import type { DataKeys } from './data-keys.ts';
import { grouped } from './grouped.ts';
import type { PastValues, Together } from './past-values.ts';
import { type Reader, sealedPlaces } from './sealed-version.ts';
import type { NumberedVersion, Subject } from './subject.ts';

/** What finding former recipients goes by. */
export interface Past {
  readonly subjects: readonly Subject[];
  /** Oldest first. */
  readonly versions: readonly NumberedVersion[];
  readonly keys: DataKeys;
  readonly values: PastValues;
  nameOf(id: string): string | null;
  /** Whether a path is there no more; never so where only a part of the repository is audited. */
  isGone(path: string): boolean;
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

/** Finds recipients that a file of today opens for with others only, and that had its data key alone before. */
export function keptAlone({ subjects, versions, keys }: Past): KeptAlone[] {
  const alone = new Map<number, Set<string>>();
  for (const version of versions) {
    const key = keys.of(version.node);
    const ids = alone.get(key) ?? new Set<string>();
    for (const id of version.alone) ids.add(id);
    alone.set(key, ids);
  }
  return subjects.flatMap(({ path, node, readers, alone: now }) => {
    const before = alone.get(keys.of(node));
    const ids = readers.map(({ id }) => id).filter((id) => !now.has(id) && before?.has(id) === true);
    return ids.length === 0 ? [] : [{ path, ids }];
  });
}

class FormerSearch {
  readonly #past: Past;
  readonly #byPath: ReadonlyMap<string, readonly NumberedVersion[]>;
  readonly #readers = new Map<string, Reader>();
  /** The data keys that a reader was ever given, and whether whole: a part of one opens nothing alone. */
  readonly #given = new Map<string, Map<number, boolean>>();
  /** The readers that files of today list, by data key. */
  readonly #listedNow = new Map<number, Set<string>>();

  constructor(past: Past) {
    this.#past = past;
    this.#byPath = grouped(past.versions, ({ path }) => path);
    for (const each of [...past.versions, ...past.subjects]) this.#give(past.keys.of(each.node), each);
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
    const { subjects, nameOf, versions, isGone } = this.#past;
    const { id } = reader;
    const gone = versions.filter((version) => this.#has(id, this.#keyOf(version)) && isGone(version.path));
    const goneValues = gone.length === 0 ? null : await this.#past.values.together(gone);
    const files: FormerFile[] = [];
    for (const subject of subjects) {
      if (subject.readers.some((each) => each.id === id)) continue;
      const file = (await this.#fileOf(subject, id)) ?? (await this.#holding(subject, id, gone, goneValues));
      if (file !== null) files.push(file);
    }
    const elsewhere = subjects.some(({ readers }) => readers.some((each) => each.id === id));
    const paths = elsewhere ? [] : this.#goneFiles(gone);
    if (files.length + paths.length === 0) return null;
    return { ...reader, name: nameOf(id), elsewhere, files, gone: paths };
  }

  #give(key: number, { readers, alone }: Pick<NumberedVersion, 'readers' | 'alone'>): void {
    for (const reader of readers) {
      this.#readers.set(reader.id, reader);
      const given = this.#given.get(reader.id) ?? new Map<number, boolean>();
      given.set(key, given.get(key) === true || alone.has(reader.id));
      this.#given.set(reader.id, given);
    }
  }

  async #fileOf(subject: Subject, id: string): Promise<FormerFile | null> {
    const versions = this.#byPath.get(subject.path) ?? [];
    const key = this.#past.keys.of(subject.node);
    const listed = versions.findLast((version) => lists(version, id));
    if (this.#has(id, key)) {
      // a reader of another file of today with this data key is no former one, unless this file listed it
      if (listed === undefined && this.#listedNow.get(key)?.has(id) === true) return null;
      const elsewhere =
        listed ?? this.#past.versions.findLast((each) => this.#keyOf(each) === key && lists(each, id));
      const alone = this.#given.get(id)?.get(key) === true;
      return {
        ...{ path: subject.path, reads: 'now', alone, last: null, from: null },
        ...{ listed: momentOf(elsewhere), values: valuesOf(subject), basis: 'all' },
      };
    }
    const readable = versions.filter((version) => this.#has(id, this.#keyOf(version)));
    const last = readable.at(-1);
    if (last === undefined) return null;
    return {
      path: subject.path,
      reads: this.#isOtherKey(subject, readable) ? 'then' : 'unknown',
      alone: readable.some((each) => this.#given.get(id)?.get(this.#keyOf(each)) === true),
      ...{ last: momentOf(last), from: null, listed: momentOf(listed) },
      ...(await this.#compared(subject, await this.#past.values.together(readable))),
    };
  }

  /** A file that never listed the reader, and holds what a file that is gone held: it was renamed, or its value copied. */
  async #holding(
    subject: Subject,
    id: string,
    gone: readonly NumberedVersion[],
    known: Together | null,
  ): Promise<FormerFile | null> {
    const now = known === null || known.opened === 0 ? null : await this.#past.values.ofSubject(subject);
    const values = now === null ? [] : (known?.known.inOther(now) ?? []);
    if (now === null || values.length === 0) return null;
    const last = await this.#lastHolding(gone, now);
    if (last === undefined) return null;
    return {
      ...{ path: subject.path, reads: 'then', from: last.path, values, basis: 'opened' },
      alone: this.#given.get(id)?.get(this.#keyOf(last)) === true,
      ...{ last: momentOf(last), listed: momentOf(gone.findLast((each) => lists(each, id))) },
    };
  }

  async #lastHolding(
    gone: readonly NumberedVersion[],
    now: NonNullable<Awaited<ReturnType<PastValues['ofSubject']>>>,
  ): Promise<NumberedVersion | undefined> {
    for (const version of [...gone].reverse()) {
      const { known } = await this.#past.values.alone(version);
      if (known.inOther(now).length > 0) return version;
    }
    return undefined;
  }

  async #compared(
    subject: Subject,
    { known, opened, closed }: Together,
  ): Promise<Pick<FormerFile, 'values' | 'basis'>> {
    const now = opened === 0 ? null : await this.#past.values.ofSubject(subject);
    if (now === null) return { values: null, basis: 'unknown' };
    return { values: known.in(now), basis: closed === 0 ? 'opened' : 'part' };
  }

  /** Only opened data keys are surely different: what is wrapped and what is sealed may both have changed at once. */
  #isOtherKey(subject: Subject, versions: readonly NumberedVersion[]): boolean {
    const { keys } = this.#past;
    return [subject, ...versions].every(({ node }) => keys.openedOf(node) !== null);
  }

  /** Of files that were moved as they are, the new place has been named. */
  #goneFiles(gone: readonly NumberedVersion[]): string[] {
    const readable = gone.filter((version) => !this.#listedNow.has(this.#keyOf(version)));
    return [...new Set(readable.map(({ path }) => path))].sort();
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
