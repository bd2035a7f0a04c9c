import { setTimeout as sleep } from 'node:timers/promises';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Narrator } from '../../watch/narrator.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import { type LiveUse, readLiveUses } from './live-use.ts';

/**
 * How long the cluster is waited for. A signal ends the process at once: every step is such that the same command goes on
 * after it.
 */
export interface Waiting {
  readonly tell: Narrator;
  readonly timeoutMs: number;
  now(): Date;
}

const pauseMs = 700;

/**
 * Reads the live Kustomizations that decrypt, once none of those that count is at work: one that runs may have begun with
 * an older revision than its source has now. Throws `cluster-key.wait` where one is still at work after the timeout;
 * `cluster.*`.
 */
export async function awaitIdle(
  { cluster, controller }: BoundCluster,
  addresses: readonly string[],
  counts: (use: LiveUse) => boolean,
  { tell, timeoutMs, now }: Waiting,
): Promise<readonly LiveUse[]> {
  const start = now().getTime();
  for (;;) {
    const uses = await readLiveUses(cluster, controller, addresses);
    const running = uses.filter(
      (use) => use.running !== null && counts(use) && !use.live.kustomization.spec.suspend,
    );
    const [first] = running;
    if (first === undefined) {
      tell.wait('');
      return uses;
    }
    if (now().getTime() - start > timeoutMs) throw stillRunning(cluster.flags, first);
    tell.wait(`Kustomization ${first.key} is at work: ${first.running}`);
    await sleep(pauseMs);
  }
}

function stillRunning(flags: string, { key, running }: LiveUse): SopskitError {
  const [namespace = '', name = ''] = key.split('/');
  return new SopskitError(
    'cluster-key.wait',
    `Kustomization ${key} is still at work, and may be reading an older revision: ${running}`,
    {
      hint: `Nothing was removed. Look at it: sopskit flux doctor${flags} kustomization/${name} -n ${namespace}`,
    },
  );
}
