import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { BlobReader } from '../git/blob-reader.ts';
import { Git, type IndexFile } from '../git/git.ts';
import type { GitOutput } from '../git/git-run.ts';
import { runGit } from '../git/git-run.ts';
import { readRawDiff } from '../git/raw-diff.ts';
import type { Snapshot } from '../snapshot.ts';
import { indexSnapshot } from '../snapshots.ts';
import { readOrTell } from './read-or-tell.ts';
import { requireGit } from './require-git.ts';
import type { Scene } from './scene.ts';
import type { Target, TargetFile } from './target.ts';
import { otherRepository, unmerged } from './target-findings.ts';

/**
 * What the next commit would add or change, as the index has it: never the working tree.
 *
 * A hook waits for this, and most of the time goes into starting git: the three processes that it needs are started at
 * once, the list of the whole index only where something asks for it.
 */
export async function stagedTarget(system: System, paths: readonly string[]): Promise<Target> {
  const { cwd } = system.files;
  if (system.processes.find('git') === null) requireGit(system, null, '--staged');
  const opening = Git.open(system, cwd);
  opening.catch(() => undefined); // told where it is awaited
  const listing = runGit(system, cwd, stagedChanges).catch((error: unknown) => error);
  const blobs = new BlobReader(system, cwd);
  try {
    blobs.start();
    await loadMeanwhile();
    const git = requireGit(system, await opening, '--staged');
    if (git.top === null) throw bare();
    const staged = await wanted(system, git, readStaged(await listing), paths);
    return {
      scope: { kind: 'staged' },
      snapshot: quickSnapshot(indexSnapshot(git), blobs),
      files: (scene) => filesOf(blobs, staged, scene),
      close: async () => {
        await Promise.all([blobs.close(), git.close()]);
      },
    };
  } catch (error) {
    await blobs.close();
    throw error;
  }
}

/** Loads what most encrypted files need, while git starts. */
async function loadMeanwhile(): Promise<void> {
  await Promise.all([
    import('../../formats/yaml/yaml-format.ts'),
    import('../../sops/decode-metadata.ts'),
    import('../../sops/selector.ts'),
    import('../../keys/registry.ts'),
  ]);
}

const stagedChanges = [
  ...['diff', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-ext-diff'],
  ...['--no-relative', '--ignore-submodules=none'],
] as const;

interface StagedFile extends IndexFile {
  /** Its blob in the last commit; `null` for a new one. */
  readonly before: string | null;
}

function readStaged(output: unknown): StagedFile[] {
  if (!isOutput(output)) throw output;
  return readRawDiff(output.stdout).flatMap((item): StagedFile[] => {
    if ('commit' in item || item.status === 'D') return [];
    if (item.status === 'U') return [{ path: item.path, kind: 'file', blob: null, stage: 1, before: null }];
    return item.file === null ? [] : [{ ...item.file, stage: 0, before: item.blobBefore }];
  });
}

function isOutput(output: unknown): output is GitOutput {
  return typeof output === 'object' && output !== null && 'stdout' in output;
}

function bare(): SopskitError {
  return new SopskitError('git.no-repository', 'a bare repository has nothing staged', {
    hint: 'Check commits instead: sopskit check --history HEAD',
  });
}

/** Reads single files of the index without listing it; what may be a link is left to the list, which knows. */
function quickSnapshot(index: Snapshot, blobs: BlobReader): Snapshot {
  return {
    label: index.label,
    root: index.root,
    list: () => index.list(),
    read: (file) => (isAskable(file) ? blobs.readStaged(file) : index.read(file)),
    async readBehindLinks(file) {
      const bytes = isAskable(file) ? await blobs.readStaged(file) : null;
      if (isAskable(file) && (bytes === null || bytes.includes(0x0a))) return bytes;
      return index.readBehindLinks(file);
    },
  };
}

function isAskable(file: string): boolean {
  return !/[\r\n]/.test(file);
}

/** Keeps the files that paths, folders and globs name. Throws `file.missing` for what is nothing. */
async function wanted(
  system: System,
  git: Git,
  staged: readonly StagedFile[],
  paths: readonly string[],
): Promise<readonly StagedFile[]> {
  if (paths.length === 0) return staged;
  const { compileGlob, isGlob } = await import('../selection/glob.ts');
  const { cwd, realPath, kindOf } = system.files;
  const kept = new Set<StagedFile>();
  for (const word of paths) {
    const full = path.resolve(realPath(cwd) ?? cwd, word);
    const relative = path
      .relative(git.top ?? '', full)
      .split(path.sep)
      .join('/');
    const { matches } = kindOf(full) === null && isGlob(word) ? await compileGlob(relative) : below(relative);
    const found = staged.filter((file) => matches(file.path));
    if (found.length === 0 && kindOf(full) === null) throw nothingStaged(word);
    for (const file of found) kept.add(file);
  }
  return staged.filter((file) => kept.has(file));
}

function below(folder: string): { matches(file: string): boolean } {
  return { matches: (file) => folder === '' || file === folder || file.startsWith(`${folder}/`) };
}

function nothingStaged(word: string): SopskitError {
  return new SopskitError('file.missing', `${printablePath(word)}: nothing of this name is staged`, {
    hint: 'git diff --cached --name-only lists what is.',
  });
}

async function* filesOf(
  blobs: BlobReader,
  files: readonly StagedFile[],
  scene: Scene,
): AsyncGenerator<TargetFile> {
  const ahead = new AheadReader(
    blobs,
    files.flatMap(({ kind, blob }) => (kind === 'file' && blob !== null ? [blob] : [])),
  );
  for (const { path: file, kind, blob, stage, before } of files) {
    const name = scene.commands.word(file);
    if (stage !== 0) {
      scene.tell(unmerged, {
        file,
        message: 'the file is in conflict: the index has no version of it to commit',
        fix: `Resolve the conflict, then git add ${name}`,
      });
    } else if (kind === 'submodule') {
      scene.tell(otherRepository, {
        file,
        message: 'the submodule was not looked into',
        fix: `Check it by itself: cd ${name} && sopskit check`,
      });
    } else if (kind === 'file' && blob !== null) {
      const read = () => readOrTell(() => ahead.read(blob), { file, commit: null }, scene);
      const committed = async () => (before === null ? null : blobs.read(before));
      yield { path: file, commit: null, read, committed };
    }
  }
}

/** Blobs are asked for so many at a time: a write for each would cost more than the reading. */
const batch = 16;

/** Reads blobs in their order, asking for the next ones with the one that is wanted. */
class AheadReader {
  readonly #blobs: BlobReader;
  readonly #ids: readonly string[];
  readonly #asked = new Map<string, Promise<Uint8Array>>();

  constructor(blobs: BlobReader, ids: Iterable<string>) {
    this.#blobs = blobs;
    this.#ids = [...new Set(ids)];
  }

  read(id: string): Promise<Uint8Array> {
    if (!this.#asked.has(id)) this.#askFrom(Math.max(this.#ids.indexOf(id), 0));
    return this.#asked.get(id) ?? this.#blobs.read(id);
  }

  #askFrom(start: number): void {
    this.#asked.clear();
    const ids = this.#ids.slice(start, start + batch);
    this.#blobs.readMany(ids).forEach((answer, index) => {
      answer.catch(() => undefined); // told where it is awaited
      this.#asked.set(ids[index] ?? '', answer);
    });
  }
}
