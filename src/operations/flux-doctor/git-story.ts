import { SopskitError } from '../../errors/sopskit-error.ts';
import { ownership } from '../../flux/model/read-model.ts';
import { openWorkspace } from '../../flux/open-workspace.ts';
import { planBetween } from '../../flux/plan/plan-revisions.ts';
import type { Workspace, WorkspaceOptions } from '../../flux/workspace.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { isUnpushed, limitsOf } from './repository-limits.ts';
import { withoutLogins } from './said.ts';
import type { RepositoryFacts } from './story.ts';

/** Commits of the first-parent history that are looked at: each is a build of every Kustomization that it changes. */
const mostCommits = 40;

/**
 * Asks the repository around, if there is one, which Kustomization has an object at HEAD, and which commit took it out.
 * `id`: an inventory's, or any with that kind and name. `sources`: addresses that the cluster fetches from. `null`: no
 * repository of Flux here.
 */
export async function askRepository(
  system: System,
  options: WorkspaceOptions,
  id: string,
  sources: readonly string[],
): Promise<RepositoryFacts | null> {
  const workspace = await openWorkspace(system, options).catch(() => null);
  if (workspace === null) return null;
  try {
    const { git } = workspace;
    const found = git === null ? null : await ask(workspace, git, id);
    if (git === null || found === null) return null;
    return { ...found, unpushed: await isUnpushed(git), limits: await limitsOf(git, sources) };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const unknown = withoutLogins(error.message);
    return { holders: [], removed: null, unpushed: false, limits: [], looked: 0, unknown };
  } finally {
    await workspace.close();
  }
}

/** What its history says. */
type Past = Omit<RepositoryFacts, 'unpushed' | 'limits'>;

async function ask(workspace: Workspace, git: Git, id: string): Promise<Past | null> {
  const { text } = await git.run(['log', '--first-parent', '--format=%H %s', `-n${mostCommits + 1}`, 'HEAD']);
  const commits = text.split('\n').filter((line) => line !== '');
  const [head] = commits;
  if (head === undefined) return null;
  const now = await holdersAt(workspace, head, id);
  if (now === null) return null;
  if (now.holders.length > 0) return { holders: now.holders, removed: null, looked: 1, unknown: now.unknown };
  for (let index = 1; index < commits.length; index++) {
    const before = await holdersAt(workspace, commits[index] ?? '', id);
    if (before === null || before.holders.length === 0) continue;
    const [commit = '', subject] = split(commits[index - 1] ?? '');
    const cause = await causeOf(workspace, `${commit}^`, commit, id);
    return {
      holders: [],
      removed: { commit, subject, from: before.holders, cause },
      looked: index + 1,
      unknown: now.unknown,
    };
  }
  return { holders: [], removed: null, looked: commits.length, unknown: now.unknown };
}

/** Kustomizations that build an object at a commit; `null` where there is no cluster of Flux in it. */
async function holdersAt(
  workspace: Workspace,
  line: string,
  id: string,
): Promise<{ readonly holders: readonly string[]; readonly unknown: string } | null> {
  const model = await workspace.model(await workspace.snapshot(split(line)[0]));
  if (model.clusters.length === 0) return null;
  const holders = model.clusters.flatMap((cluster) => ownership(cluster).get(id)?.owners ?? []);
  const [unknown] = model.clusters.flatMap((cluster) => cluster.unknowns);
  return { holders: [...new Set(holders)], unknown: unknown?.message ?? '' };
}

async function causeOf(workspace: Workspace, base: string, head: string, id: string): Promise<string> {
  const plan = await planBetween(workspace, await workspace.snapshot(base), await workspace.snapshot(head));
  const change = plan.clusters.flatMap(({ objects }) => objects).find((one) => one.id === id);
  return change?.cause ?? '';
}

function split(line: string): [string, string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}
