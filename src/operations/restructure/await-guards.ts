import type { Cluster } from '../../cluster/cluster.ts';
import type { Guard } from '../../flux/restructure/step.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Judgement } from '../watch/judgement.ts';
import { type Open, type Watch, watch } from '../watch/watch.ts';
import { judgeGuard, showGuard } from './judge-guard.ts';
import { judgeReady } from './judge-ready.ts';
import { ownerOf, sourceKeyOf, textIn } from './live-object.ts';
import type { LiveView } from './live-view.ts';
import { askToAct, readGuarded, readKustomizations } from './look-live.ts';

/** What guards are judged with. */
export interface GuardWatch extends Watch {
  readonly cluster: Cluster;
  /** Key of the Kustomization that is the entry: where it fails, nothing below it moves. */
  readonly entry: string;
  /** Keys of sources that follow the branch. */
  readonly sources: ReadonlySet<string>;
  /** Those of some revisions (`main@sha1:…`) that are the pushed commit, or have it in their history. */
  reaching(revisions: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** How often those that have not acted are asked again: what waits for a dependency looks only every 30 s by itself. */
const askAgainMs = 6000;

/** Waits until all guards hold at once, and asks what is waited for to act. Throws as `watch`. */
export async function awaitGuards(guards: readonly Guard[], settings: GuardWatch): Promise<void> {
  const requests = new Set<string>();
  let askedAt = 0;
  await watch(settings, async () => {
    const view = await lookAt(guards, settings, requests);
    const open = openOf(guards, view);
    const now = settings.now();
    if (open.length > 0 && now.getTime() - askedAt > askAgainMs) {
      askedAt = now.getTime();
      requests.add(await askToAct(settings.cluster, keysToAsk(open, view, settings.entry), now));
    }
    return { open, all: guards.length, causes: causesOf(open, view, settings.entry) };
  });
}

/** Judges guards once. Throws `cluster.*`. */
export async function holdNow(guards: readonly Guard[], settings: GuardWatch): Promise<boolean> {
  return openOf(guards, await lookAt(guards, settings, new Set())).length === 0;
}

interface OpenGuard extends Open {
  readonly guard: Guard;
}

async function lookAt(
  guards: readonly Guard[],
  { cluster, sources, reaching }: GuardWatch,
  requests: ReadonlySet<string>,
): Promise<LiveView> {
  const kustomizations = await readKustomizations(cluster);
  const objects = await readGuarded(cluster, guards, kustomizations);
  const followers = [...kustomizations.values()].filter((live) => sources.has(sourceKeyOf(live)));
  const reached = await reaching(new Set(followers.flatMap(revisionsOf)));
  return {
    kustomizations,
    objects,
    sources,
    requests,
    reaches: (revision) => reached.has(revision),
  };
}

function revisionsOf(live: Mapping): string[] {
  return ['lastAppliedRevision', 'lastAttemptedRevision']
    .map((field) => textIn(live, ['status', field]))
    .filter((revision) => revision !== '');
}

function openOf(guards: readonly Guard[], view: LiveView): OpenGuard[] {
  return guards.flatMap((guard) => {
    const judged = judgeGuard(guard, view);
    return judged.state === 'holds' ? [] : [{ guard, judged, shown: showGuard(guard) }];
  });
}

/** Why nothing moves: a Kustomization above those that are waited for, or the entry, fails. */
function causesOf(open: readonly OpenGuard[], view: LiveView, entry: string): Judgement[] {
  const above = new Set([entry]);
  for (const { guard } of open) {
    let owner = ownerIn(guard.kustomization, view);
    while (owner !== null && !above.has(owner)) {
      above.add(owner);
      owner = ownerIn(owner, view);
    }
  }
  return [...above].filter((key) => view.kustomizations.has(key)).map((key) => judgeReady(key, view));
}

function ownerIn(key: string, view: LiveView): string | null {
  const live = view.kustomizations.get(key);
  return live === undefined ? null : ownerOf(live);
}

/** Those that are waited for, what owns them, and the entry; suspended ones do not act on it. */
function keysToAsk(open: readonly OpenGuard[], view: LiveView, entry: string): string[] {
  const keys = new Set([entry]);
  for (const { guard } of open) {
    const owner = ownerIn(guard.kustomization, view);
    if (owner !== null) keys.add(owner);
    keys.add(guard.kustomization);
  }
  return [...keys].filter((key) => view.kustomizations.has(key));
}
