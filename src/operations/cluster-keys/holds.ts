import { comparableRecipient } from '../../keys/age/recipient-text.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import { digitsOf } from '../../keys/pgp/fingerprint.ts';
import { messageRecipients } from '../../keys/pgp/message-recipients.ts';
import type { HeldKey, Holds, KeySecret } from './key-secret.ts';

export interface HoldsOptions {
  /** Whether only age keys are taken, as of the Secret of `--sops-age-secret`. Default: no. */
  readonly ageOnly?: boolean;
  /**
   * Whether entries that the controller fails on are looked past, as if they were taken out. Default: no; a Secret with
   * one holds nothing, as the whole Kustomization fails.
   */
  readonly pastProblems?: boolean;
}

/** What the controller could use of Secrets: keys of a kind that it has, in entries with a name that it takes. */
export function holdsUsable(secrets: readonly KeySecret[], options: HoldsOptions = {}): Holds {
  return holdsKeys(usableKeys(secrets, options));
}

/** The private keys of Secrets that the controller can use. */
export function usableKeys(secrets: readonly KeySecret[], options: HoldsOptions = {}): readonly HeldKey[] {
  const { ageOnly = false, pastProblems = false } = options;
  return secrets.flatMap(({ entries }) => {
    const taken = entries.filter(({ use }) => use === 'age' || (use === 'pgp' && !ageOnly));
    if (!pastProblems && taken.some(({ problem }) => problem !== null)) return [];
    return taken.flatMap(({ use, problem, holds }) =>
      problem === null
        ? holds.filter(({ kind, unusable }) => unusable === null && (kind === 'pgp') === (use === 'pgp'))
        : [],
    );
  });
}

/** Whether these private keys open what a data key was wrapped for. */
export function holdsKeys(keys: readonly HeldKey[]): Holds {
  const recipients = keys.flatMap(({ recipient }) => recipient ?? []);
  const byRecipient = holdsRecipients([...recipients, ...keys.flatMap(({ keyIds }) => keyIds)]);
  const keyIds = new Set(keys.flatMap((key) => key.keyIds));
  return (key) => {
    // a message tells by itself which subkeys open it, newer ones of the same key do not
    const named = key.source === 'pgp' && key.enc !== null ? messageRecipients(key.enc) : null;
    return named === null ? byRecipient(key) : named.some((id) => keyIds.has(id));
  };
}

/** Whether a key of a file is one of these: age recipients, PGP fingerprints or long key ids. */
export function holdsRecipients(recipients: Iterable<string>): Holds {
  const all = [...recipients];
  const age = new Set(all.map(comparableRecipient));
  const pgp = new Set(all.flatMap((recipient) => longId(recipient) ?? []));
  return (key: MasterKey) => {
    if (key.source === 'age') return age.has(comparableRecipient(key.id.trim()));
    const id = key.source === 'pgp' ? longId(key.id) : null;
    return id !== null && pgp.has(id);
  };
}

/** The last 16 digits of a version 4 fingerprint or key id, the first of a longer one; `null`: it is neither. */
function longId(text: string): string | null {
  const digits = digitsOf(text.replace(/\s/g, ''));
  if (!/^[0-9A-F]{16,64}$/.test(digits)) return null;
  return digits.length === 64 ? digits.slice(0, 16) : digits.slice(-16);
}
