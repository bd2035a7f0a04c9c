import { parseId, showObject } from '../object-id.ts';
import type { Fate } from './fate.ts';
import { isKeptByBuild } from './protection.ts';
import type { Release } from './release.ts';
import { type Actor, partsOf, type State } from './state.ts';
import type { Threat } from './threat.ts';
import type { Verdict } from './verdict.ts';

/** Says why an object is deleted, may be, or is left without an owner: one sentence without its full stop. */
export function causeOf(verdict: Verdict, fate: Fate): string {
  const threat = mainThreat(verdict, fate);
  if (threat !== null) return threatText(verdict, fate, threat);
  if (fate.release !== null)
    return `${fate.release}: helm-controller uninstalls the old release and installs a new one`;
  if (fate.kind === 'orphaned') return orphanText(verdict, fate);
  if (fate.kind === 'moved') return movedText(verdict, fate);
  if (fate.to.length > 1 && fate.to.length > fate.from.length)
    return `${and(fate.to.map(verdict.name))} both apply it: the one that ran last owns it, and takes it along when it prunes`;
  return '';
}

const strength: Readonly<Record<Threat['by'], number>> = {
  finalizer: 0,
  prune: 1,
  recreate: 2,
  definition: 3,
  namespace: 4,
};

/** The threat that says most: what would delete the object by itself comes before what takes it along. */
export function mainThreat({ threats, certain }: Verdict, { key }: Fate): Threat | null {
  const all = [...(threats.get(key) ?? [])];
  const weight = (threat: Threat): number => {
    const along = threat.by === 'namespace' || threat.by === 'definition';
    const first = along && certain.has(threat.via) ? -1 : 0;
    const late = threat.by === 'prune' && threat.state.side === 'base' && threat.actor.respecified;
    const stale = threat.by === 'prune' && threat.state.stale;
    return strength[threat.by] + first * 10 + (late ? 0.5 : 0) + (stale ? 0.25 : 0);
  };
  return all.sort((a, b) => weight(a) - weight(b))[0] ?? null;
}

function threatText(verdict: Verdict, fate: Fate, threat: Threat): string {
  switch (threat.by) {
    case 'namespace':
      return `${show(threat.via)} goes, and everything in it`;
    case 'definition':
      return `${show(threat.via)} goes, and every object of its kind`;
    case 'recreate':
      return `${verdict.name(threat.actor.key)} applies with \`force\`, and ${threat.why}: it is deleted and made anew`;
    case 'finalizer':
      return `the Kustomization ${verdict.name(threat.actor.key)} goes, and its finalizer deletes what it holds${beforeTakers(verdict, fate, threat.actor)}`;
    case 'prune':
      return pruneText(verdict, fate, threat.actor, threat.state);
  }
}

function pruneText(verdict: Verdict, fate: Fate, actor: Actor, state: State): string {
  const name = verdict.name(actor.key);
  if (fate.to.includes(actor.key) && state.side !== 'head' && !state.stale)
    return `${name} may see the new revision before its new spec: its old path ${pathText(state)} then renders it no more, and it prunes`;
  if (state.stale)
    return `${name} may run before its variables are there in the new form (or the old one), has another name for it then, and prunes`;
  if (!fate.from.includes(actor.key))
    return `${name} applies it for a moment, while its old spec meets the new revision, and then prunes it`;
  return `it leaves ${name}, which prunes${beforeTakers(verdict, fate, actor)}`;
}

function beforeTakers(verdict: Verdict, fate: Fate, actor: Actor): string {
  const takers = takersOf(fate, actor).map(verdict.name);
  return takers.length === 0 ? '' : `, before ${and(takers)} ${takers.length === 1 ? 'owns' : 'own'} it`;
}

export function takersOf({ to }: Fate, actor: Actor): readonly string[] {
  return to.filter((key) => key !== actor.key);
}

export function pathText({ spec }: State): string {
  return `\`./${spec.spec.path}\``;
}

function orphanText(verdict: Verdict, { key, from, to }: Fate): string {
  const releases = verdict.releases.get(key) ?? [];
  const owners = from.filter((owner) => releases.every(({ actor }) => actor.key !== owner));
  const reasons = [
    ...releases.map((release) => releaseText(verdict, release, key)),
    ...(releases.length > 0 ? [] : owners.map((owner) => `it leaves ${verdict.name(owner)}`)),
  ];
  if (to.length === 0) return `${and(reasons)}: it stays in the cluster, and nothing looks after it any more`;
  const takers = and(to.map(verdict.name));
  return `${and(reasons)}, and ${takers} may never come to apply it: then it stays in the cluster, and nothing looks after it`;
}

function releaseText(verdict: Verdict, release: Release, key: string): string {
  const { actor } = release;
  const name = verdict.name(actor.key);
  const object = actor.start?.get(key);
  if (object != null && isKeptByBuild(object)) return `it leaves ${name}, and is marked \`prune: disabled\``;
  if (release.by === 'drop')
    return release.state.spec.spec.prune
      ? `it leaves ${name}, which does not prune it as it is in the cluster`
      : `it leaves ${name}, which does not prune`;
  const spec = release.spec?.spec;
  if (spec === undefined) return `the Kustomization ${name} goes, and leaves it as it is in the cluster`;
  if (spec.suspend) return `the Kustomization ${name} goes while it is suspended`;
  if (spec.deletionPolicy === 'Orphan')
    return `the Kustomization ${name} goes, and its deletion policy is \`Orphan\``;
  return `the Kustomization ${name} goes, which does not prune`;
}

function movedText(verdict: Verdict, { from, to }: Fate): string {
  const [left, takers] = [from.filter((key) => !to.includes(key)), to.map(verdict.name)];
  const why = left.map((key) => {
    const actor = verdict.scene.actors.get(key);
    if (actor?.states.every(({ spec }) => spec.spec.suspend)) return `${verdict.name(key)} is suspended`;
    return `${verdict.name(key)} does not prune it`;
  });
  return `it goes from ${and(left.map(verdict.name))} to ${and(takers)}, and ${and(why)}`;
}

export function and(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

export function show(key: string): string {
  return showObject(parseId(partsOf(key).id));
}
