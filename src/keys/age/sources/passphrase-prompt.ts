import type { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { GpgAgent } from './gpg-agent.ts';

const hint = 'Run the command on a terminal, or give an identity without a passphrase in SOPS_AGE_KEY_FILE.';

/**
 * Asks for the passphrase of an identity file: gpg-agent where one runs, which may remember it (as sops does), else the
 * terminal.
 */
export async function askPassphrase(system: System, file: Uint8Array, place: string): Promise<Secret> {
  const question = `Enter passphrase for identity '${place}'`;
  const remembered = await GpgAgent.find(system)?.ask(GpgAgent.cacheKeyOf(file), `${question}:`);
  return remembered ?? system.prompts.secret(question, hint);
}

/** Makes gpg-agent forget a passphrase that turned out to be wrong. */
export async function forgetPassphrase(system: System, file: Uint8Array): Promise<void> {
  await GpgAgent.find(system)?.forget(GpgAgent.cacheKeyOf(file));
}
