import type { Git } from '../../../repository/git/git.ts';
import { commitSnapshot } from '../../../repository/snapshots.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import { isAncestor } from '../../git/branch.ts';
import type { RemoteBranches } from './clone.ts';
import type { NamingFiles } from './sealed-files.ts';
import type { UnmergedBranch } from './verdict.ts';

interface Ref {
  readonly name: string;
  readonly commit: string;
}

/**
 * Finds the branches that are not in the history of the heads and hold files that need the old identity: local ones, those
 * of `remote`, and of other remotes those that were fetched last. Branches at one commit are told once. Throws `git.*`.
 */
export async function unmergedBranches(
  git: Git,
  heads: readonly string[],
  remote: RemoteBranches,
  naming: NamingFiles,
  needs: (metadata: Metadata) => boolean,
): Promise<readonly UnmergedBranch[]> {
  const found: UnmergedBranch[] = [];
  const seen = new Set<string>();
  for (const { name, commit } of await branchesOf(git, remote)) {
    if (seen.has(commit) || (await isMerged(git, commit, heads))) continue;
    seen.add(commit);
    const files = await naming.of(await commitSnapshot(git, commit));
    const needing = files.filter(({ metadata }) => metadata !== null && needs(metadata));
    if (needing.length === 0) continue;
    const changed = await changedOn(git, commit, heads[0] ?? 'HEAD');
    found.push({
      ...{ name, commit },
      files: needing.map(({ path }) => ({ path, changed: changed === null || changed.has(path) })),
    });
  }
  return found;
}

async function branchesOf(git: Git, { remotes, branches }: RemoteBranches): Promise<readonly Ref[]> {
  const format = '%(objectname)%09%(refname)%09%(symref)';
  const { text } = await git.run(['for-each-ref', `--format=${format}`, 'refs/heads', 'refs/remotes']);
  const here = text.split('\n').flatMap((line) => {
    const [commit = '', ref = '', symbolic = ''] = line.split('\t');
    const isAsked = remotes.some((name) => ref.startsWith(`refs/remotes/${name}/`));
    if (commit === '' || symbolic !== '' || isAsked) return [];
    return [{ name: ref.replace(/^refs\/[^/]+\//, ''), commit }];
  });
  return [...here, ...branches];
}

async function isMerged(git: Git, commit: string, heads: readonly string[]): Promise<boolean> {
  for (const head of heads) if (await isAncestor(git, commit, head)) return true;
  return false;
}

/** Files that differ from where the branch began; `null`: it has no beginning in the head's history. */
async function changedOn(git: Git, commit: string, head: string): Promise<ReadonlySet<string> | null> {
  const base = await git.run(['merge-base', head, commit], { statuses: [1, 128] });
  if (base.status !== 0) return null;
  const args = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', base.text, commit];
  return new Set((await git.run(args)).text.split('\0').filter((path) => path !== ''));
}
