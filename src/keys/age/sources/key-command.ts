import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import { looksPrivate } from '../recipient-text.ts';
import { splitShellWords } from './shell-words.ts';

/**
 * Runs the command of an environment variable without a shell, as sops does, with SOPS_AGE_RECIPIENT set, and returns
 * its standard output. Throws `identity.missing` naming the program: its arguments and its output may hold secrets.
 */
export async function runKeyCommand(
  system: System,
  variable: string,
  command: string,
  recipient: string,
): Promise<Uint8Array> {
  const [program, ...args] = splitShellWords(command);
  if (program === undefined) throw new SopskitError('identity.missing', 'is set but empty');
  const name = looksPrivate(program) ? 'its program' : program;
  if (system.processes.find(program) === null) {
    throw new SopskitError('identity.missing', `cannot run ${name}: there is no such program`, {
      hint: `${variable} holds a command, which is run without a shell.`,
    });
  }
  const result = await system.processes.run(program, args, { env: { SOPS_AGE_RECIPIENT: recipient } });
  result.stderr.fill(0);
  if (result.status === 0) return result.stdout;
  result.stdout.fill(0);
  const how =
    result.status === null ? `was ended by ${result.signal}` : `failed with status ${result.status}`;
  throw new SopskitError('identity.missing', `${name} ${how}`, {
    hint: `Run the command of ${variable} by hand, with SOPS_AGE_RECIPIENT set, to see what it says.`,
  });
}
