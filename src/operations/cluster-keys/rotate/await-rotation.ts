import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import { awaitDecrypting, standingOf } from './await-decrypting.ts';
import { standingsToOld } from './needs-old.ts';
import type { RotationParts } from './rotation.ts';
import type { RotationReport } from './rotation-report.ts';
import type { Standing } from './standing.ts';

export type Awaited = Pick<RotationReport, 'standings' | 'failure'>;

export const nothingAwaited: Awaited = { standings: [], failure: null };

/**
 * Waits until every Kustomization that decrypts is Ready, or looks once where it is not to be waited for. Nothing that ends
 * the wait takes the report away: all before it is done. So an error is returned, with what was seen last.
 */
export async function awaitRotation(
  system: System,
  { clusters, request, tree, talk, stop, old }: RotationParts,
): Promise<Awaited> {
  const { git } = tree;
  const commit = await git.commit('HEAD');
  let seen: readonly Standing[] = [];
  let failure: SopskitError | null = null;
  try {
    if (request.wait)
      seen = await awaitDecrypting(clusters, commit, git, {
        ...{ tell: talk.tell, interruption: stop, timeoutMs: request.timeoutMs },
        now: () => system.now(),
        seen: (all) => {
          seen = all;
        },
      });
    else
      for (const { bound, decryptions } of clusters)
        seen = [...seen, ...(await standingOf(bound, decryptions, commit, git))];
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    failure = error;
  }
  return { standings: await standingsToOld(git, seen, { old, commit }), failure };
}
