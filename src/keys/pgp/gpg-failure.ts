import { SopskitError } from '../../errors/sopskit-error.ts';
import { isFingerprint } from './fingerprint.ts';
import type { ListedKey } from './gpg-listing.ts';

/** Says why gpg did not encrypt: from what is in its keyring first, which is the same in every language. */
export function explainEncryption(
  fingerprint: string,
  stderr: string,
  listed: readonly ListedKey[],
): SopskitError {
  const fail = (reason: string, hint: string): SopskitError =>
    new SopskitError('key.wrap', `PGP key ${fingerprint}: ${reason}`, { hint });
  if (!isFingerprint(fingerprint))
    return fail(
      'this is neither a fingerprint nor a long key id',
      'Give the whole fingerprint; `gpg --list-keys` shows it.',
    );
  const key = listed[0];
  if (key === undefined)
    return fail(
      'the public key is not in the keyring of gpg',
      `Import it with \`gpg --import FILE\` or \`gpg --recv-keys ${fingerprint.replace(/!$/, '')}\`.`,
    );
  if (key.validity === 'e')
    return fail(
      'the key has expired',
      `Its owner can extend it: \`gpg --quick-set-expire ${key.fingerprint} 1y\`; then import the new public key.`,
    );
  if (key.validity === 'r')
    return fail('the key was revoked', 'Ask its owner for the new key, and use that one.');
  if (key.validity === 'd')
    return fail('the key is disabled', `Enable it: \`gpg --edit-key ${key.fingerprint} enable save\`.`);
  if (!key.encrypts)
    return fail(
      'no part of the key can encrypt (any more)',
      `\`gpg --list-keys ${key.fingerprint}\` shows its subkeys; it needs a valid one marked [E].`,
    );
  return fail(
    `gpg failed: ${summarise(stderr)}`,
    `Try it by hand: \`echo test | gpg --encrypt -a -r ${fingerprint}\`.`,
  );
}

interface Trouble {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly hint: string;
}

const withoutTerminal =
  'Run `export GPG_TTY=$(tty)` and try again. Where there is no terminal, unlock the key beforehand.';

const agentTrouble = /agent|IPC connect|socket|connection refused/i;

/** Whether gpg could not speak to its agent. It then does not know which secret keys there are, either. */
export function lacksAgent(stderr: string): boolean {
  return agentTrouble.test(stderr);
}

const troubles: readonly Trouble[] = [
  {
    pattern: /ioctl|no pinentry|\/dev\/tty|not a tty|no such device|Invalid IPC|Screen or window too small/i,
    reason: 'gpg-agent could not ask for the passphrase',
    hint: withoutTerminal,
  },
  {
    pattern: /bad passphrase/i,
    reason: 'the passphrase was wrong',
    hint: 'Try again.',
  },
  {
    pattern: /cancel/i,
    reason: 'the passphrase dialog was cancelled',
    hint: 'Try again and enter the passphrase of the key.',
  },
  {
    pattern: /timeout|timed out/i,
    reason: 'nobody answered the passphrase dialog',
    hint: withoutTerminal,
  },
  {
    pattern: agentTrouble,
    reason: 'gpg-agent cannot be reached',
    hint: 'Start it with `gpgconf --launch gpg-agent`; `gpgconf --kill gpg-agent` ends one that hangs.',
  },
  {
    pattern: /card/i,
    reason: 'the smartcard with the key is not there',
    hint: 'Insert it; `gpg --card-status` shows whether gpg sees it.',
  },
];

/**
 * Says why gpg did not decrypt. `stderr` is `null` where gpg succeeded with no output; `present` says whether the
 * keyring has a secret key for one of `recipients`, `null` where that cannot be told.
 */
export function explainDecryption(
  fingerprint: string,
  stderr: string | null,
  recipients: readonly string[] | null,
  present: boolean | null,
): SopskitError {
  const fail = (reason: string, hint: string): SopskitError =>
    new SopskitError('key.unavailable', `PGP key ${fingerprint}: ${reason}`, { hint });
  if (stderr === null)
    return fail(
      'gpg returned nothing',
      'This happens when an old gpg reads what a newer one encrypted. Use a newer gpg, or wrap the key with an old one.',
    );
  if (present === false)
    return fail(
      `the secret key is not in the keyring of gpg (wanted: ${(recipients ?? []).join(', ')})`,
      '`gpg --list-secret-keys` shows what is there. Import the key with `gpg --import FILE`, or set GNUPGHOME.',
    );
  const trouble = troubles.find(({ pattern }) => pattern.test(stderr));
  if (trouble !== undefined) return fail(`${trouble.reason} (gpg: ${summarise(stderr)})`, trouble.hint);
  return fail(
    `gpg failed: ${summarise(stderr)}`,
    'Try it by hand: put the `enc` text of the key into a file and run `gpg -d FILE`.',
  );
}

/** Lines that say to whom, not why. */
const noise =
  /^(?:encrypted with|using |WARNING: (?:unsafe|running)|keybox |\/.*created$|"|checking the trustdb|marginals|depth:|note:)/i;

/** Returns gpg's own words in one line: without its name and the lines that repeat whom a message is for. */
export function summarise(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^gpg: /, '').trim())
    .filter((line) => line !== '' && !noise.test(line));
  const summary = [...new Set(lines)].join('; ');
  return summary === '' ? 'it gave no reason' : summary.slice(0, 300);
}
