import type { PrivateKey } from 'openpgp';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { unlock } from './open-pgp.ts';

const attempts = 3;

/** Returns a function that unlocks private keys, asking for each passphrase once a run. */
export function openPrivateKeys(
  system: System,
): (keys: readonly PrivateKey[]) => Promise<readonly PrivateKey[]> {
  const asked = new Map<string, Promise<PrivateKey>>();
  const unlocked = (key: PrivateKey): Promise<PrivateKey> => {
    const fingerprint = key.getFingerprint().toUpperCase();
    const answer = asked.get(fingerprint) ?? ask(system, key, fingerprint);
    asked.set(fingerprint, answer);
    return answer;
  };
  return (keys) => Promise.all(keys.map((key) => (key.isDecrypted() ? key : unlocked(key))));
}

/** Throws `key.unavailable`, `prompt.unavailable` or `interrupted`. */
async function ask(system: System, key: PrivateKey, fingerprint: string): Promise<PrivateKey> {
  const hint = 'Run this in a terminal, or use gpg, whose agent can keep the key unlocked.';
  for (let attempt = 0; attempt < attempts; attempt++) {
    const passphrase = await system.prompts.secret(`Passphrase for PGP key ${fingerprint}`, hint);
    const open = await unlock(key, passphrase);
    passphrase.wipe();
    if (open !== null) return open;
    system.prompts.tell('That is not the passphrase of this key.');
  }
  throw new SopskitError(
    'key.unavailable',
    `PGP key ${fingerprint}: the passphrase was wrong ${attempts} times`,
    {
      hint: 'Try again with the passphrase of this key.',
    },
  );
}
