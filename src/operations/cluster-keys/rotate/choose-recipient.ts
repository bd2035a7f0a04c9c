import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { FoundIdentity } from '../../../keys/age/found-identity.ts';

/** What the choice of the key to rotate is made from. */
export interface Candidates {
  /** As typed; `null`: the command has to find it out. */
  readonly named: string | null;
  /** Age recipients whose identities the clusters' Secrets hold, that Kustomizations decrypt with. */
  readonly held: ReadonlySet<string>;
  /** Age recipients that files are encrypted for. */
  readonly used: ReadonlySet<string>;
  readonly found: readonly Pick<FoundIdentity, 'recipient' | 'replaces'>[];
  /** What `.sops.yaml` calls recipients. */
  readonly names: ReadonlyMap<string, string>;
  /** What was typed besides, for the command that is shown: ` --context x`. Absent: nothing. */
  readonly flags?: string;
}

/**
 * Chooses the recipient that is replaced: the one that is named; the one that a rotation replaces that was begun and
 * whose old key is not retired yet; the only one that a cluster holds and files use. Throws `cluster-key.refused`.
 */
export function chooseOld({ named, held, used, found, names, flags = '' }: Candidates): string {
  if (named !== null) return named;
  const begun = new Set(
    found.flatMap(({ replaces, recipient }) => {
      if (replaces === null) return [];
      // where no cluster is, nothing tells that the old key is retired
      const isOpen = held.has(replaces) || used.has(replaces) || (held.size === 0 && used.has(recipient));
      return isOpen ? [replaces] : [];
    }),
  );
  const [running] = begun;
  if (running !== undefined && begun.size === 1) return running;
  const both = [...used].filter((recipient) => held.size === 0 || held.has(recipient)).sort();
  const choices = begun.size > 1 ? [...begun] : both;
  const [only] = choices;
  if (only !== undefined && choices.length === 1) return only;
  if (only === undefined) throw nothing(held);
  const list = choices.map((one) => (names.has(one) ? `${one} (${names.get(one)})` : one)).join(', ');
  const why =
    begun.size > 1
      ? 'several rotations are begun'
      : held.size === 0
        ? 'files are encrypted for several age keys'
        : 'the clusters hold several age keys that files use';
  throw new SopskitError('cluster-key.refused', `${why}, and it was not said which is meant: ${list}`, {
    hint: `Name the one to replace: sopskit keys rotate ${only}${flags}`,
  });
}

function nothing(held: ReadonlySet<string>): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    held.size === 0
      ? 'no file here is encrypted for an age key'
      : `no file here uses an age key that the clusters hold (${[...held].join(', ')})`,
    {
      hint:
        held.size === 0
          ? 'Name the recipient to replace: sopskit keys rotate age1…'
          : 'A key that nothing uses is taken out with: sopskit keys retire RECIPIENT',
    },
  );
}
