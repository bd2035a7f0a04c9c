import type { Cluster } from '../../../cluster/cluster.ts';
import { textIn } from '../../../cluster/fields.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { askToAct, askToFetch } from '../../restructure/look-live.ts';
import type { Narrator } from '../../watch/narrator.ts';
import { type DecryptingView, isSuspendedLive, originOf, sourceKeyOf } from './decrypting-view.ts';

/** When a cluster's objects were asked last, in ms since 1970. */
export interface Asked {
  readonly fetched: Map<string, number>;
  acted: number;
  /** Whether this user may not ask: what acts by itself is waited for all the same. */
  denied: boolean;
}

const fetchAgainMs = 10_000;
/** What waits for a dependency looks only every 30 s by itself. */
const actAgainMs = 6000;

/**
 * Asks the sources of Kustomizations that have not the commit yet to fetch, and the others to act, each now and then. A
 * user who may not is told once. Throws `cluster.*`.
 */
export async function askThose(
  cluster: Cluster,
  view: DecryptingView,
  keys: readonly string[],
  asked: Asked,
  { tell, now }: { readonly tell: Narrator; now(): Date },
): Promise<void> {
  if (asked.denied) return;
  const time = now();
  const behind = new Set<string>();
  const acting = new Set<string>();
  for (const key of [...keys, ...(view.entry === null ? [] : [view.entry])]) {
    const live = view.kustomizations.get(key);
    if (live === undefined || isSuspendedLive(live)) continue;
    const origin = originOf(live, view);
    if (origin.kind !== 'follows') continue;
    const hasIt = view.reaches(textIn(origin.source, 'status', 'artifact', 'revision'));
    if (hasIt) acting.add(key);
    else if (!isSuspendedLive(origin.source)) behind.add(sourceKeyOf(live));
  }
  try {
    for (const source of behind) {
      if (time.getTime() - (asked.fetched.get(source) ?? 0) < fetchAgainMs) continue;
      await askToFetch(cluster, source, time);
      asked.fetched.set(source, time.getTime());
    }
    if (acting.size === 0 || time.getTime() - asked.acted < actAgainMs) return;
    await askToAct(cluster, [...acting], time);
    asked.acted = time.getTime();
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'cluster.denied') throw error;
    asked.denied = true;
    tell.say(`${error.message}: waiting for their own intervals. ${error.hint ?? ''}`.trimEnd());
    for (const source of behind)
      tell.say(`Or somebody who may asks at once: ${fetchCommand(cluster, source)}`);
  }
}

/** Of a source `GitRepository/namespace/name`: no other one is asked to fetch. */
function fetchCommand({ flags }: Cluster, source: string): string {
  const [, namespace = '', name = ''] = source.split('/');
  return `flux${flags} reconcile source git ${name} -n ${namespace}`;
}
