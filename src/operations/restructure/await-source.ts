import { holds, type Judgement, stuck, waits } from '../watch/judgement.ts';
import { watch } from '../watch/watch.ts';
import type { GuardWatch } from './await-guards.ts';
import { conditionOf, isSuspended, shortMessage, textIn } from './live-object.ts';
import { askToFetch, sourceRef } from './look-live.ts';

const askAgainMs = 10_000;

/** Has a source fetch, and waits until it has the pushed commit. Throws as `watch`. */
export async function awaitSource(source: string, settings: GuardWatch): Promise<void> {
  let askedAt = 0;
  await watch(settings, async () => {
    const now = settings.now();
    if (now.getTime() - askedAt > askAgainMs) {
      askedAt = now.getTime();
      await askToFetch(settings.cluster, source, now);
    }
    const judged = await judgeSource(source, settings);
    const shown = `${source} has fetched this revision`;
    return { open: judged.state === 'holds' ? [] : [{ judged, shown }], all: 1, causes: [] };
  });
}

async function judgeSource(source: string, { cluster, reaching }: GuardWatch): Promise<Judgement> {
  const live = await cluster.get(sourceRef(source));
  if (live === null) return stuck(true, `${source} is not in the cluster any more`);
  if (isSuspended(live)) return stuck(true, `${source} is suspended, so it fetches nothing`);
  const revision = textIn(live, ['status', 'artifact', 'revision']);
  if ((await reaching(new Set([revision]))).has(revision)) return holds;
  const ready = conditionOf(live, 'Ready');
  if (ready?.status === 'False')
    return stuck(false, `${source} fails (${ready.reason}): ${shortMessage(ready.message)}`);
  return waits(`${source} is at ${revision.replace(/([0-9a-f]{12})[0-9a-f]+$/, '$1') || 'no revision'}`);
}
