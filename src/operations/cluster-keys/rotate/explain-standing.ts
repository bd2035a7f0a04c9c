import type { Cluster } from '../../../cluster/cluster.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { diagnose } from '../../flux-doctor/diagnose.ts';
import type { Problem } from '../../flux-doctor/problem.ts';
import { readCluster } from '../../flux-doctor/read-cluster.ts';
import type { Standing } from './standing.ts';

/**
 * Puts words of the doctor in the place of what controllers say: the cause of each failure, and the command that mends it.
 * Where more may not be read than the Kustomizations, the standings stay as they are.
 */
export async function explainStandings(
  cluster: Cluster,
  standings: readonly Standing[],
  now: Date,
): Promise<readonly Standing[]> {
  if (!standings.some(({ state }) => state === 'failing')) return standings;
  const problems = await readProblems(cluster, now);
  return standings.map((one) => (one.state === 'failing' ? explained(one, problems) : one));
}

async function readProblems(cluster: Cluster, now: Date): Promise<readonly Problem[]> {
  try {
    return diagnose(await readCluster(cluster, null, now, cluster.flags)).problems;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return [];
  }
}

function explained(standing: Standing, problems: readonly Problem[]): Standing {
  const own = problems.find(({ key, level }) => key === `Kustomization/${standing.key}` && level !== 'note');
  if (own === undefined) return standing;
  const cause = rootOf(own, problems);
  const about = cause === own ? '' : `${cause.kind} ${cause.namespace}/${cause.name}: `;
  return {
    ...standing,
    why: `${about}${cause.what.replace(/\.$/, '')}`,
    mend: cause.mend[0] ?? own.mend[0] ?? standing.mend,
  };
}

function rootOf(problem: Problem, problems: readonly Problem[]): Problem {
  const seen = new Set<Problem>();
  let root = problem;
  while (!seen.has(root)) {
    seen.add(root);
    const next = problems.find(({ key }) => root.causes.includes(key));
    if (next === undefined) break;
    root = next;
  }
  return root;
}
