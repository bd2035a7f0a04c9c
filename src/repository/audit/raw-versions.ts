import path from 'node:path';
import type { Files } from '../../system/files.ts';
import type { Git } from '../git/git.ts';

/** A version of a file as git has it. */
export interface RawVersion {
  readonly commit: string;
  readonly time: Date;
  readonly path: string;
  readonly blob: string;
  /** Whether the commit may only have kept it: what was before that commit is not looked at. */
  readonly inherited: boolean;
}

/**
 * Lists the versions of files in a range, oldest first. A range that begins somewhere begins with all files as they were
 * there: who was taken out within it is found.
 */
export async function* rawVersions(git: Git, files: Files, range: string): AsyncGenerator<RawVersion> {
  for (const commit of await startsOf(git, range)) yield* filesOf(git, commit);
  const cut = cutCommits(git, files);
  for await (const { commit, time, file } of git.changes(range)) {
    const { path: name, kind, blob } = file;
    if (kind === 'file' && blob !== null)
      yield { commit, time, path: name, blob, inherited: cut.has(commit) };
  }
}

/** The commits that a range leaves out, with all before them. */
async function startsOf(git: Git, range: string): Promise<string[]> {
  const { text, status } = await git.run(['rev-parse', '--revs-only', range], { statuses: [1, 128] });
  if (status !== 0) return [];
  return text.split('\n').flatMap((line) => (line.startsWith('^') ? [line.slice(1)] : []));
}

async function* filesOf(git: Git, revision: string): AsyncGenerator<RawVersion> {
  const { text } = await git.run(['show', '-s', '--format=%H %ct', `${revision}^{commit}`]);
  const [commit = '', seconds = ''] = (text.split('\n').at(-1) ?? '').split(' ');
  const time = new Date(Number(seconds) * 1000);
  for (const { path: name, kind, blob } of await git.commitFiles(commit)) {
    if (kind === 'file' && blob !== null) yield { commit, time, path: name, blob, inherited: true };
  }
}

/** The first commits of a shallow clone: they seem to bring all their files. */
function cutCommits(git: Git, files: Files): ReadonlySet<string> {
  const bytes = files.read(path.join(git.commonFolder, 'shallow'));
  return new Set(bytes === null ? [] : Buffer.from(bytes).toString('latin1').split('\n').filter(Boolean));
}
