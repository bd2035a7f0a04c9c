import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import type { ExecEnvRequest } from './commands/exec-env.ts';
import { argvOf, statusOfEnd } from './program.ts';
import { environmentOf } from './program-environment.ts';
import { replaceProcess } from './replace-process.ts';
import { readSource } from './streams.ts';
import { switchUser } from './switch-user.ts';

/** Runs a program with a file's values in its environment. Returns the program's exit status. */
export async function execEnv(request: ExecEnvRequest, context: CommandContext): Promise<number> {
  const { system } = context;
  const source = readSource(system, { file: request.file, filenameOverride: null }, 'file.missing');
  if (request.background) system.warn('--background is deprecated, and sops will drop it');
  const values = environmentOf(await (await context.operations()).decryptTree(request, source));
  const user = request.user === null ? {} : await switchUser(system, request.user);
  const env = { ...(request.pristine ? {} : system.env.all()), ...user, ...values };
  const [program, ...args] = argvOf(system, request.program, null);
  if (request.sameProcess) become(program, args, env, context);
  const options = { env, pristine: true };
  if (request.background) {
    await system.processes.detach(program, args, options);
    return 0;
  }
  return statusOfEnd(await system.processes.attach(program, args, options));
}

/** Returns only where a process cannot be replaced: the program then runs in a child, and signals go on to it. */
function become(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { system }: CommandContext,
): void {
  if (system.platform === 'win32') {
    throw new SopskitError('usage.invalid', '--same-process does not work on Windows');
  }
  const file = system.processes.find(program);
  if (file !== null) replaceProcess(file, [program, ...args], env);
}
