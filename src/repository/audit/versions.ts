import { createHash } from 'node:crypto';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { Files } from '../../system/files.ts';
import type { Git } from '../git/git.ts';
import type { Traces } from './data-keys.ts';
import type { Opener } from './opener.ts';
import { type RawVersion, rawVersions } from './raw-versions.ts';
import { readability } from './readability.ts';
import {
  markOf,
  media,
  neededGroups,
  type Reader,
  readersOf,
  readSealed,
  sealedPlaces,
} from './sealed-version.ts';

/** What is kept of a version of an encrypted file: little, as a history has many. */
export interface Version {
  readonly path: string;
  /** `null` for the working tree. */
  readonly commit: string | null;
  /** RFC 3339. */
  readonly time: string | null;
  readonly blob: string | null;
  readonly readers: readonly Reader[];
  /** Those of them that open it without another. */
  readonly alone: ReadonlySet<string>;
  readonly traces: Traces;
  /** Whether the commit only has it, and may not have brought it: the first commit that is looked at. */
  readonly inherited: boolean;
}

export type Content = Pick<Version, 'readers' | 'alone' | 'traces'>;

/** Reduces a file to what versions are compared by; opened where `opener` can. */
export async function contentOf(file: SealedFile, opener: Opener | null): Promise<Content> {
  const { metadata } = file;
  const wrapped = metadata.keyGroups.flat().flatMap(({ enc }) => (enc ? [markOf(enc)] : []));
  const sealed = sealedPlaces(file).map(({ mark }) => mark);
  const mac = metadata.mac === '' ? null : markOf(metadata.mac);
  const opened = opener === null ? null : (await opener.try(file)).trace;
  const groups = readersOf(file);
  const readers = [...new Map(groups.flat().map((reader) => [reader.id, reader])).values()];
  const { alone } = readability(
    groups.map((group) => group.map(({ id }) => id)),
    neededGroups(file),
  );
  return { readers, alone: new Set(alone), traces: { opened, wrapped, sealed, mac } };
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
  /** Paths of versions that look encrypted and cannot be read, as often as there are such versions. */
  readonly unreadable: readonly string[];
  /** The versions that were plaintext of files that are encrypted in others, each path's newest. */
  readonly plain: ReadonlyMap<string, Pick<Version, 'commit' | 'time'>>;
}

/** Reads the versions of a range, oldest first, and only encrypted ones. */
export async function versionsIn(
  git: Git,
  files: Files,
  range: string,
  reading: HistoryReading,
): Promise<Versions> {
  const contents = new Map<string, Promise<Content | SopskitError | 'absent' | null>>(reading.known);
  const versions: Version[] = [];
  const unreadable: string[] = [];
  const plain = new Map<string, Pick<Version, 'commit' | 'time'>>();
  let absent = 0;
  for (const { commit, time, path, blob, inherited } of await wantedVersions(git, files, range, reading)) {
    const key = contentKey(blob, path);
    const loading = contents.get(key) ?? readContent(git, path, blob, reading.opener);
    contents.set(key, loading);
    const content = await loading;
    const moment = { commit, time: rfc3339(time) };
    if (content === 'absent') absent++;
    else if (content instanceof SopskitError) unreadable.push(path);
    else if (content === null) plain.set(path, moment);
    else versions.push({ path, ...moment, blob, inherited, ...content });
  }
  return { versions, absent, unreadable, plain };
}

async function wantedVersions(
  git: Git,
  files: Files,
  range: string,
  reading: HistoryReading,
): Promise<RawVersion[]> {
  const all: RawVersion[] = [];
  for await (const version of rawVersions(git, files, range)) {
    const { path, blob } = version;
    if (media.test(path)) continue;
    if (/(?:^|\/)\.sops\.yaml$/.test(path)) {
      const bytes = await presentBlob(git, blob);
      if (bytes !== null) await reading.configuration(bytes);
    }
    all.push(version);
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
): Promise<Content | SopskitError | 'absent' | null> {
  const bytes = await presentBlob(git, blob);
  if (bytes === null) return 'absent';
  const file = await readSealed(path, bytes);
  return file === null || file instanceof SopskitError ? file : contentOf(file, opener);
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
