import { createHash } from 'node:crypto';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { Git } from '../git/git.ts';
import type { Traces } from './data-keys.ts';
import type { Opener } from './opener.ts';
import { markOf, media, type Reader, readersOf, readSealed, sealedPlaces } from './sealed-version.ts';

/** What is kept of a version of an encrypted file: little, as a history has many. */
export interface Version {
  readonly path: string;
  /** `null` for the working tree. */
  readonly commit: string | null;
  /** RFC 3339. */
  readonly time: string | null;
  readonly blob: string | null;
  readonly readers: readonly Reader[];
  readonly traces: Traces;
}

export type Content = Pick<Version, 'readers' | 'traces'>;

/** Reduces a file to what versions are compared by; opened where `opener` can. */
export async function contentOf(file: SealedFile, opener: Opener | null): Promise<Content> {
  const { metadata } = file;
  const wrapped = metadata.keyGroups.flat().flatMap(({ enc }) => (enc ? [markOf(enc)] : []));
  const sealed = [
    ...sealedPlaces(file).map(({ mark }) => mark),
    ...(metadata.mac === '' ? [] : [markOf(metadata.mac)]),
  ];
  const opened = opener === null ? null : (await opener.try(file)).trace;
  const readers = [
    ...new Map(
      readersOf(file)
        .flat()
        .map((reader) => [reader.id, reader]),
    ).values(),
  ];
  return { readers, traces: { opened, wrapped, sealed } };
}

/** What is read of a history. */
export interface HistoryReading {
  /** Paths whose versions are wanted, with what they were called before; `null` is all. */
  readonly paths: ReadonlySet<string> | null;
  /** Opens what it can; `null` opens nothing. */
  readonly opener: Opener | null;
  /** What is known already of blobs (`contentKey`), as they are the files of today. */
  readonly known: ReadonlyMap<string, Promise<Content>>;
  /** Called with every version of a configuration, oldest first. */
  configuration(bytes: Uint8Array): Promise<void>;
}

/** What a blob is known by: its id, and what decides its format. */
export function contentKey(blob: string, path: string): string {
  return `${blob} ${path.slice(path.lastIndexOf('.'))}`;
}

/** The id that git gives to a file's bytes (in a repository of the usual format). */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** What was read of a history. */
export interface Versions {
  readonly versions: readonly Version[];
  /** How many could not be looked at: their objects are not in this clone. */
  readonly absent: number;
}

/** Reads the versions of a range, oldest first, and only encrypted ones. */
export async function versionsIn(git: Git, range: string, reading: HistoryReading): Promise<Versions> {
  const contents = new Map<string, Promise<Content | 'absent' | null>>(reading.known);
  const versions: Version[] = [];
  let absent = 0;
  for (const { commit, time, path, blob } of await wantedVersions(git, range, reading)) {
    const key = contentKey(blob, path);
    const loading = contents.get(key) ?? readContent(git, path, blob, reading.opener);
    contents.set(key, loading);
    const content = await loading;
    if (content === 'absent') absent++;
    else if (content !== null) versions.push({ path, commit, time: rfc3339(time), blob, ...content });
  }
  return { versions, absent };
}

interface RawVersion {
  readonly commit: string;
  readonly time: Date;
  readonly path: string;
  readonly blob: string;
}

async function wantedVersions(git: Git, range: string, reading: HistoryReading): Promise<RawVersion[]> {
  const all: RawVersion[] = [];
  for await (const { commit, time, file } of git.changes(range)) {
    const { path, blob, kind } = file;
    if (kind !== 'file' || blob === null || media.test(path)) continue;
    if (/(?:^|\/)\.sops\.yaml$/.test(path)) {
      const bytes = await presentBlob(git, blob);
      if (bytes !== null) await reading.configuration(bytes);
    }
    all.push({ commit, time, path, blob });
  }
  if (reading.paths === null) return all;
  const paths = withFormerPaths(all, reading.paths);
  return all.filter(({ path }) => paths.has(path));
}

/** Adds the paths that the same bytes had before: a file that was moved as it is. */
function withFormerPaths(versions: readonly RawVersion[], wanted: ReadonlySet<string>): ReadonlySet<string> {
  const paths = new Set(wanted);
  for (let before = -1; before < paths.size; ) {
    before = paths.size;
    const blobs = new Set(versions.flatMap(({ path, blob }) => (paths.has(path) ? [blob] : [])));
    for (const { path, blob } of versions) if (blobs.has(blob)) paths.add(path);
  }
  return paths;
}

/** Reads a version again, to open it. Returns `null` where it is no encrypted file. */
export async function fileOf(git: Git, { path, blob }: Version): Promise<SealedFile | null> {
  if (blob === null) return null;
  const bytes = await presentBlob(git, blob);
  const file = bytes === null ? null : await readSealed(path, bytes);
  return file instanceof SopskitError ? null : file;
}

async function readContent(
  git: Git,
  path: string,
  blob: string,
  opener: Opener | null,
): Promise<Content | 'absent' | null> {
  const bytes = await presentBlob(git, blob);
  if (bytes === null) return 'absent';
  const file = await readSealed(path, bytes);
  return file === null || file instanceof SopskitError ? null : contentOf(file, opener);
}

/** `null` where the clone is partial and lacks the object. */
async function presentBlob(git: Git, blob: string): Promise<Uint8Array | null> {
  try {
    return await git.blob(blob);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'git.failed') return null;
    throw error;
  }
}

function rfc3339(time: Date): string | null {
  return Number.isNaN(time.getTime()) ? null : `${time.toISOString().slice(0, 19)}Z`;
}
