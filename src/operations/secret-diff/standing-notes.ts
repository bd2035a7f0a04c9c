import type { LiveKustomization } from '../../flux/plan/change.ts';
import type { ComparedSecret } from './compared.ts';
import type { FluxSide } from './flux-side.ts';

/**
 * Adds to Secrets that differ why the cluster may be behind: their Kustomization is suspended, not Ready, not there, or
 * has not applied `head` yet (a commit; `null`: it is not known). `flags`: those of the cluster, for commands.
 */
export function withStanding(
  secrets: readonly ComparedSecret[],
  { live, unread }: Pick<FluxSide, 'live' | 'unread'>,
  head: string | null,
  flags: string,
): readonly ComparedSecret[] {
  if (unread !== null) return secrets;
  return secrets.map((one) => {
    if (one.kustomization === null || one.state === 'same' || one.state === 'unknown') return one;
    const note = standingOf(one.kustomization, live.get(one.kustomization) ?? null, head, flags);
    return note === null ? one : { ...one, notes: [...one.notes, note] };
  });
}

function standingOf(
  key: string,
  live: LiveKustomization | null,
  head: string | null,
  flags: string,
): string | null {
  if (live === null) return `Kustomization ${key} is not in the cluster`;
  if (live.kustomization.spec.suspend) return `Kustomization ${key} is suspended, so that nothing is applied`;
  if (live.ready === 'False')
    return `Kustomization ${key} is not ready: sopskit flux doctor kustomization/${live.kustomization.name} -n ${live.kustomization.namespace}${flags} says why`;
  const applied = live.lastAppliedRevision;
  if (applied === null) return `Kustomization ${key} has applied nothing yet`;
  if (head === null || applied.endsWith(head)) return null;
  return `Kustomization ${key} has applied ${applied}, and the repository is at ${head}`;
}
