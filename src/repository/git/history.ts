import type { SnapshotFile } from '../snapshot.ts';
import type { GitOptions, GitOutput } from './git-run.ts';
import { readRawDiff } from './raw-diff.ts';

/** A version of a file, and the commit that brought it in. */
export interface FileVersion {
  readonly commit: string;
  /** When the commit was made (committer's date). */
  readonly time: Date;
  readonly file: SnapshotFile;
}

/** How many commits are asked for at once: bounds the memory, whatever the length of the history. */
const batch = 500;

interface Runner {
  run(args: readonly string[], options?: GitOptions): Promise<GitOutput>;
}

/** Lists the versions that the commits of a range bring in, oldest first; a merge only where it equals no parent. */
export async function* versionsIn(git: Runner, range: string): AsyncGenerator<FileVersion> {
  const commits = await commitsIn(git, range);
  for (let start = 0; start < commits.length; start += batch) {
    yield* versionsOf(git, new Map(commits.slice(start, start + batch)));
  }
}

async function commitsIn(git: Runner, range: string): Promise<[string, Date][]> {
  const word = range === '--all' ? ['--all'] : ['--end-of-options', range, '--'];
  const { text } = await git.run(['rev-list', '--reverse', '--topo-order', '--timestamp', ...word]);
  return text.split('\n').flatMap((line): [string, Date][] => {
    const [seconds = '', commit = ''] = line.split(' ');
    return commit === '' ? [] : [[commit, new Date(Number(seconds) * 1000)]];
  });
}

async function* versionsOf(git: Runner, commits: ReadonlyMap<string, Date>): AsyncGenerator<FileVersion> {
  const args = ['diff-tree', '--stdin', '-r', '-c', '--root', '--raw', '-z', '--no-renames', '--no-abbrev'];
  const input = Buffer.from([...commits.keys(), ''].join('\n'));
  const { stdout } = await git.run(args, { input });
  let commit = '';
  for (const item of readRawDiff(stdout)) {
    if ('commit' in item) commit = item.commit;
    else if (item.file !== null)
      yield { commit, time: commits.get(commit) ?? new Date(Number.NaN), file: item.file };
  }
}
