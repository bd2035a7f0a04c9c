import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { FoundIdentities } from '../../../keys/age/found-identity.ts';
import type { KeySecret } from '../key-secret.ts';

/**
 * The identity to retire where none is named: the one that a comment `# replaces: age1…` of this machine's key files names,
 * and that a Secret still holds, or else a key file. `null`: all that were replaced are gone. Throws `cluster-key.refused`
 * where there are several, or nothing says which.
 */
export function chooseRecipient(secrets: readonly KeySecret[], found: FoundIdentities): string | null {
  const replaced = new Set(found.found.flatMap(({ replaces }) => (replaces === null ? [] : [replaces])));
  const held = new Set(
    secrets.flatMap(({ entries }) =>
      entries.flatMap(({ holds }) =>
        holds.flatMap(({ kind, recipient }) =>
          recipient !== null && (kind === 'x25519' || kind === 'hybrid') ? [recipient] : [],
        ),
      ),
    ),
  );
  const candidates = [...replaced].filter((recipient) => held.has(recipient));
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return only;
  if (candidates.length === 0 && replaced.size > 0) return leftHere(replaced, found);
  const list = (candidates.length > 1 ? candidates : [...held]).map((one) => `\n  ${one}`).join('');
  const message =
    candidates.length > 1
      ? `the cluster still holds several identities that were replaced:${list}`
      : held.size === 0
        ? 'no Secret that Kustomizations decrypt with holds an age identity'
        : `nothing here says which identity was replaced; the cluster holds:${list}`;
  throw new SopskitError('cluster-key.refused', message, {
    hint: 'Name the old recipient: sopskit keys retire age1…',
  });
}

/** A run that was stopped has taken it out of the cluster, and not out of the key file. */
function leftHere(replaced: ReadonlySet<string>, { found }: FoundIdentities): string | null {
  const left = found.filter(({ recipient, path }) => path !== null && replaced.has(recipient));
  return left.length === 1 ? (left[0]?.recipient ?? null) : null;
}
