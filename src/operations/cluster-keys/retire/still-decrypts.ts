import { setTimeout as sleep } from 'node:timers/promises';
import { fieldIn, itemsIn, textIn } from '../../../cluster/fields.ts';
import type { LiveKustomization } from '../../../flux/plan/change.ts';
import type { Mapping } from '../../../tree/value.ts';
import { kustomizationKind } from '../../live-state.ts';
import { askToAct } from '../../restructure/look-live.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { Waiting } from './await-idle.ts';
import type { LiveUse } from './live-use.ts';

/** What became of the Kustomizations after the identity was taken away. */
export interface AfterLook {
  /** Ready again after a run of their own. */
  readonly ready: readonly string[];
  /** Fails as it cannot decrypt: the identity has to come back. */
  readonly broken: { readonly key: string; readonly message: string } | null;
  /** Fails for another reason, so that it does not tell. */
  readonly failing: readonly { readonly key: string; readonly message: string }[];
  /** Not through in time. */
  readonly waiting: readonly string[];
}

type Outcome =
  | { readonly kind: 'ready' | 'waiting' | 'gone' }
  | { readonly kind: 'broken' | 'failing'; readonly message: string };

const pauseMs = 500;

/**
 * Has Kustomizations act, and waits until each has run: with a decryption that fails now, and did not before, it returns at
 * once. Throws `cluster.*`.
 */
export async function lookAfter(
  { cluster }: BoundCluster,
  uses: readonly LiveUse[],
  { tell, timeoutMs, now }: Waiting,
): Promise<AfterLook> {
  const start = now().getTime();
  const keys = uses.map(({ key }) => key);
  const before = new Map(uses.map(({ key, live }) => [key, live]));
  const token = keys.length === 0 ? '' : await askToAct(cluster, keys, now());
  const failing = new Map<string, string>();
  const ready = new Set<string>();
  let waiting = [...keys];
  while (waiting.length > 0 && now().getTime() - start <= timeoutMs) {
    const next: string[] = [];
    for (const key of waiting) {
      const [namespace = '', name = ''] = key.split('/');
      const live = await cluster.get({ ...kustomizationKind, namespace, name });
      const outcome = outcomeOf(live, token, before.get(key)?.ready ?? 'Unknown');
      const wasBroken = isDecryptionFailure(before.get(key)?.message ?? '');
      if (outcome.kind === 'broken' && !wasBroken)
        return { ready: [...ready], broken: { key, message: outcome.message }, failing: [], waiting: [] };
      if (outcome.kind === 'failing' || outcome.kind === 'broken') failing.set(key, outcome.message);
      else if (outcome.kind === 'ready') ready.add(key);
      else if (outcome.kind === 'waiting') next.push(key);
    }
    waiting = next;
    if (waiting.length === 0) break;
    tell.wait(
      `${keys.length - waiting.length}/${keys.length} have decrypted without it; next: ${waiting[0]}`,
    );
    await sleep(pauseMs);
  }
  tell.wait('');
  return {
    ...{ ready: [...ready], broken: null, waiting },
    failing: [...failing].map(([key, message]) => ({ key, message })),
  };
}

function outcomeOf(live: Mapping | null, token: string, before: LiveKustomization['ready']): Outcome {
  if (live === null || fieldIn(live, 'metadata', 'deletionTimestamp') !== undefined) return { kind: 'gone' };
  const condition = (type: string): Mapping | undefined =>
    itemsIn(live, 'status', 'conditions').find((one) => textIn(one, 'type') === type);
  const ready = condition('Ready');
  const reconciling = condition('Reconciling');
  const handled = textIn(live, 'status', 'lastHandledReconcileAt') === token;
  const runs =
    reconciling !== undefined &&
    textIn(reconciling, 'status') === 'True' &&
    textIn(reconciling, 'reason') !== 'ProgressingWithRetry';
  if (!handled || runs || ready === undefined) return { kind: 'waiting' };
  const status = textIn(ready, 'status');
  if (status === 'True') return { kind: 'ready' };
  if (status !== 'False') return { kind: 'waiting' };
  // what it depends on was made to run as well: it tries again by itself
  if (textIn(ready, 'reason') === 'DependencyNotReady' && before === 'True') return { kind: 'waiting' };
  const message = textIn(ready, 'message');
  const kind =
    textIn(ready, 'reason') === 'BuildFailed' && isDecryptionFailure(message) ? 'broken' : 'failing';
  return { kind, message: firstLine(message) };
}

/** Whether a message of the Ready condition is what the decryptor says where a key is missing. */
export function isDecryptionFailure(message: string): boolean {
  return /decrypt|data key|age identit|^secrets "[^"]+" not found/i.test(message);
}

function firstLine(message: string): string {
  const line = message.replaceAll(/\S*\/kustomization-\d+\//g, '').split('\n')[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
