import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import type { RunResult } from '../../system/processes.ts';
import type { System } from '../../system/system.ts';
import { longKeyId } from './fingerprint.ts';
import { explainDecryption, explainEncryption, lacksAgent } from './gpg-failure.ts';
import type { ListedKey } from './gpg-listing.ts';
import { readListing } from './gpg-listing.ts';
import { makeLane } from './lane.ts';
import { messageRecipients } from './message-recipients.ts';

/** GnuPG with its agent. Each call starts a process, so nothing is asked before something failed. */
export interface Gpg {
  /** The name of the program, as the user chose it. */
  readonly program: string;
  readonly available: boolean;
  /** Returns the armored message. Throws `key.wrap`. */
  encrypt(fingerprint: string, dataKey: Secret): Promise<string>;
  /** Throws `key.unavailable`. */
  decrypt(fingerprint: string, armored: string): Promise<Secret>;
}

/** How many gpg processes run at a time, once a first one has shown that the agent has what it needs. */
const width = 4;

/** Finds gpg (`$SOPS_GPG_EXEC`, else `gpg`); the arguments are those of sops' pgp/keysource.go. */
export function findGpg(system: System): Gpg {
  const program = system.env.get('SOPS_GPG_EXEC') || 'gpg';
  const available = system.processes.find(program) !== null;
  const encryptions = makeLane(width);
  // one at first: several would each open a passphrase dialog
  const decryptions = makeLane(1);
  let secretKeys: Promise<readonly ListedKey[]> | null = null;

  const run = async (args: readonly string[], input?: Uint8Array | Secret): Promise<RunResult> => {
    const result = await system.processes.run(program, args, input === undefined ? {} : { input });
    if (result.signal === 'SIGINT') throw new SopskitError('interrupted', 'interrupted');
    return result;
  };
  const list = async (...args: string[]): Promise<readonly ListedKey[]> =>
    readListing(text((await run(['--batch', '--with-colons', ...args])).stdout));
  const listSecretKeys = (): Promise<readonly ListedKey[]> => {
    secretKeys ??= list('--list-secret-keys');
    return secretKeys;
  };

  const encrypt = async (fingerprint: string, dataKey: Secret): Promise<string> => {
    const trusted = ['--trusted-key', longKeyId(fingerprint), '--no-encrypt-to'];
    const args = ['--no-default-recipient', '--yes', '--encrypt', '-a', '-r', fingerprint, ...trusted];
    const result = await run(args, dataKey);
    const armored = text(result.stdout).trim();
    if (result.status === 0 && armored !== '') return armored;
    throw explainEncryption(fingerprint, text(result.stderr), await list('--list-keys', '--', fingerprint));
  };
  const decrypt = async (fingerprint: string, armored: string): Promise<Secret> => {
    const recipients = messageRecipients(armored);
    // a second key that cannot be there is not asked for: that would cost a process, and perhaps a dialog
    if (secretKeys !== null && recipients !== null && !holds(await secretKeys, recipients))
      throw explainDecryption(fingerprint, '', recipients, false);
    const result = await run(['-d'], new TextEncoder().encode(armored));
    if (result.status === 0 && result.stdout.length > 0) {
      decryptions.widen(width);
      return new Secret(result.stdout);
    }
    result.stdout.fill(0);
    const stderr = text(result.stderr);
    const present =
      recipients === null || lacksAgent(stderr) ? null : holds(await listSecretKeys(), recipients);
    throw explainDecryption(fingerprint, result.status === 0 ? null : stderr, recipients, present);
  };
  return {
    program,
    available,
    encrypt: (fingerprint, dataKey) => encryptions.run(() => encrypt(fingerprint, dataKey)),
    decrypt: (fingerprint, armored) => decryptions.run(() => decrypt(fingerprint, armored)),
  };
}

function holds(keys: readonly ListedKey[], keyIds: readonly string[]): boolean {
  return keys.some((key) => key.keyIds.some((keyId) => keyIds.includes(keyId)));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
