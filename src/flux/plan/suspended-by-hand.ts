import { valueAt } from '../../tree/mapping.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { parseId, showObject } from '../object-id.ts';
import type { Unknown } from '../unknown.ts';
import type { LiveKustomization } from './change.ts';
import type { Scene } from './scene.ts';
import { realmOf } from './spec-text.ts';
import { type Actor, objectKey } from './state.ts';

/** Names listed in one sentence. */
const mostNames = 5;

/** Whether a Kustomization is suspended in the cluster, and stays so when its parent applies it. */
export function isHeld(live: LiveKustomization | undefined): boolean {
  return live?.kustomization.spec.suspend === true && (live.suspension ?? 'held') === 'held';
}

/** Whether git sets the field: what is suspended by hand stays so only where it does not. */
export function saysSuspend({ manifest }: FluxKustomization): boolean {
  const spec = valueAt(manifest, 'spec');
  return spec?.kind === 'mapping' && valueAt(spec, 'suspend') !== undefined;
}

/** What the cluster leaves open: what is deleted once somebody resumes, and objects that may not be read. */
export function liveDoubts(scene: Scene): readonly Unknown[] {
  const { live, actors } = scene;
  if (live === null) return [];
  const unread = [...(live.unread ?? [])].map(
    ([id, why]): Unknown => ({
      reason: 'live',
      subject: id,
      message: `${showObject(parseId(id))} is not read (${why}): its labels and annotations decide what becomes of it`,
      fix: 'Ask as a user who may read it.',
    }),
  );
  return [...unread, ...[...actors.values()].flatMap((actor) => whenResumed(actor, scene))];
}

/** What is in no head's build any more is deleted after `flux resume`, and not with the push. */
function whenResumed({ key, specs }: Actor, scene: Scene): readonly Unknown[] {
  const found = scene.live?.kustomizations.get(key);
  const { head } = specs;
  if (found === undefined || head === null || !isHeld(found) || saysSuspend(head) || !head.spec.prune)
    return [];
  const kept = keptIn(scene, key);
  const realm = realmOf(head);
  const gone =
    kept === null ? found.inventory : found.inventory.filter((id) => !kept.has(objectKey(realm, id)));
  if (gone.length === 0) return [];
  const names = gone.slice(0, mostNames).map((id) => showObject(parseId(id)));
  const more = gone.length > mostNames ? ` and ${gone.length - mostNames} more` : '';
  const deletes = kept === null ? 'may delete what it no longer builds of' : 'deletes';
  return [
    {
      reason: 'live',
      subject: key,
      message: `${key} is suspended by hand: when it is resumed, it ${deletes} ${names.join(', ')}${more}`,
      fix: 'Look at the plan as if it ran: sopskit flux plan without --live. It deletes nothing until flux resume.',
    },
  ];
}

/** What the head builds: of the suspended one too, which keeps that, and of all others that run. `null`: not known. */
function keptIn({ actors }: Scene, key: string): ReadonlySet<string> | null {
  const kept = new Set<string>();
  for (const [name, { states, specs }] of actors) {
    if (specs.head === null || (name !== key && specs.head.spec.suspend)) continue;
    const ends = states.filter(({ tree, midway }) => tree === 'head' && midway !== true);
    const last = ends.find(({ side }) => side === 'head') ?? ends.at(-1);
    if (last?.build.kind === 'built')
      for (const { id } of last.build.objects) kept.add(objectKey(last.realm, id));
    // one that fails prunes nothing
    else if (name === key && last?.build.kind === 'failed') return new Set(keysOf(actors.get(key)));
    else if (name === key) return null;
  }
  return kept;
}

function keysOf(actor: Actor | undefined): readonly string[] {
  return [...(actor?.start?.keys() ?? [])];
}
