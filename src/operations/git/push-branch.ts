import type { ErrorCode } from '../../errors/codes.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { askingEnvironment, type Branch } from './branch.ts';

/** How a push that was refused is told. */
export interface PushWords {
  readonly code: ErrorCode;
  /** What is pushed: `The step`. */
  readonly what: string;
  /** The way out where the server refuses, behind `… is committed here, and nothing else is done.` */
  readonly wayOut: string;
  /** The way out of a conflict where what was pushed meanwhile is taken in; absent: there is no other than git's. */
  readonly conflict?: string;
}

/** Pushes what is checked out to the branch. Throws `words.code` with the way out where the remote does not take it. */
export async function pushBranch(system: System, git: Git, branch: Branch, words: PushWords): Promise<void> {
  const args = ['push', '--quiet', '--porcelain', branch.remote, `HEAD:refs/heads/${branch.name}`];
  const { status, stdout, stderr } = await git.run(args, {
    env: askingEnvironment(system),
    statuses: [1, 128],
  });
  if (status === 0) return;
  const said = [stdout, stderr].map((bytes) => Buffer.from(bytes).toString('utf8')).join('\n');
  throw refusedPush(said, branch, words);
}

function refusedPush(said: string, { remote, name, address }: Branch, words: PushWords): SopskitError {
  const { code, what, wayOut, conflict } = words;
  if (/\[rejected\]|non-fast-forward|fetch first/.test(said) && !/\[remote rejected\]/.test(said)) {
    return new SopskitError(code, `somebody pushed to ${name} meanwhile`, {
      hint: `${what} is committed here. Put it on top, and run the command again, which goes on with it: git pull --rebase ${remote} ${name}${conflict === undefined ? '' : `. ${conflict}`}`,
    });
  }
  const reason = reasonIn(said);
  return new SopskitError(code, `${address} refused the push: ${reason}`, {
    hint: `${what} is committed here, and nothing else is done. ${wayOut}`,
  });
}

/** What the server says is on lines that begin with `remote:`; else git's own words. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const remote = lines
    .filter((line) => /^remote: *\S/.test(line))
    .map((line) => line.replace(/^remote: */, ''));
  const own = lines.filter((line) => /^(?:fatal|error|!)/.test(line));
  const text = (remote.length > 0 ? remote : own).slice(0, 4).join('; ');
  return text.replace(/(:\/\/)[^/@\s]*@/g, '$1').replace(/[^\P{C}]/gu, '') || 'git says no more';
}
