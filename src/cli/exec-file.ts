import { join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import type { ExecFileRequest } from './commands/exec-file.ts';
import { feedFifo } from './fifo.ts';
import { argvOf, statusOfEnd } from './program.ts';
import { readSource } from './streams.ts';
import { switchUser } from './switch-user.ts';

/** The name of the temporary file where `--filename` gives none. */
export const fallbackName = 'tmp-file';

/**
 * Runs a program that finds the decrypted file at `{}`: a FIFO, or a 0600 file in a private folder. Both are gone when
 * the program has ended. Returns the program's exit status.
 */
export async function execFile(request: ExecFileRequest, context: CommandContext): Promise<number> {
  const { system } = context;
  const source = readSource(system, { file: request.file, filenameOverride: null }, 'file.missing');
  const bytes = await (await context.operations()).decryptFile(request, source);
  if (request.background) system.warn('--background is deprecated, and sops will drop it');
  const user = request.user === null ? {} : await switchUser(system, request.user);
  const folder = system.files.makePrivateFolder();
  const path = join(folder.path, request.filename ?? fallbackName);
  const done = new AbortController();
  try {
    const isFifo = request.fifo && (await makeFifo(system, path));
    const [program, ...args] = argvOf(system, request.program, path);
    if (!isFifo) system.files.replace(path, bytes, 0o600);
    const fed = isFifo ? feedFifo(path, bytes, done.signal) : null;
    const run = request.background ? runBehind : runInFront;
    const status = await run(system, [program, ...args], { ...system.env.all(), ...user }, fed);
    done.abort();
    await fed;
    return status;
  } finally {
    done.abort();
    bytes.fill(0);
    folder.remove();
  }
}

type Runner = (
  system: System,
  argv: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  fed: Promise<void> | null,
) => Promise<number>;

const runInFront: Runner = async (system, [program, ...args], env) =>
  statusOfEnd(await system.processes.attach(program, args, { env, pristine: true }));

/** Leaves the program alone once it has read the file: a FIFO tells when, a regular file does not. */
const runBehind: Runner = async (system, [program, ...args], env, fed) => {
  const { ended } = await system.processes.detach(program, args, { env, pristine: true });
  await (fed === null ? ended : Promise.race([fed, ended]));
  return 0;
};

/** Node cannot make FIFOs; coreutils can. Returns `false`, with a warning, where there is no `mkfifo`. */
async function makeFifo(system: System, path: string): Promise<boolean> {
  if (system.platform === 'win32' || system.processes.find('mkfifo') === null) {
    system.warn('there are no FIFOs here (mkfifo): the program gets a regular file; --no-fifo asks for one');
    return false;
  }
  const { status } = await system.processes.run('mkfifo', ['-m', '600', path]);
  if (status !== 0) throw new SopskitError('file.unwritable', 'mkfifo could not make the FIFO');
  return true;
}
