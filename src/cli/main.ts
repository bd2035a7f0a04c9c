import { SopskitError } from '../errors/sopskit-error.ts';
import { nodeSystem } from '../system/node/node-system.ts';
import { sweepPrivateFolders } from '../system/node/private-folder.ts';
import { realArguments } from '../system/node/real-arguments.ts';
import type { System } from '../system/system.ts';
import type { CommandContext, Statuses } from './command.ts';
import { type Invocation, readCommandLine } from './command-line.ts';
import { findCommand } from './command-names.ts';
import { errorText } from './error-text.ts';
import { statusOfCode } from './exit-status.ts';
import { nodeTerminal } from './node-terminal.ts';
import type { Operations } from './operations.ts';
import { registry } from './registry.ts';
import { OutputClosed, type Terminal } from './terminal.ts';
import { isTooLong, tooLong } from './text-limit.ts';
import { versionText } from './version.ts';

/** What `main` needs besides the arguments. */
export interface MainWorld {
  readonly system: System;
  readonly terminal: Terminal;
  /** Loads the work on SOPS files. Called at most once, and only when a command needs it. */
  operations(system: System): Promise<Operations>;
  /** What a worker thread begins with; `null` or absent: all work is done in this one. */
  readonly workerFile?: string | null;
}

/** What a shell reports for a program that wrote to a closed pipe; sops ends so, too. */
const closedPipeStatus = 141;

/** Does a worker thread's part of work on many files, until the main thread has no more. */
export async function workHere(): Promise<void> {
  await (await import('./worker.ts')).serveThread();
}

/**
 * Runs the command line of this process in the real world, and returns its exit status. Never throws. `workerFile` is
 * what worker threads begin with.
 */
export function runHere(workerFile: string): Promise<number> {
  const system = nodeSystem();
  return main(realArguments(), {
    system,
    terminal: nodeTerminal(system),
    workerFile,
    async operations(of) {
      sweepPrivateFolders(of.env);
      return (await import('./operations/create-operations.ts')).createOperations(of);
    },
  });
}

/** Runs one command line (without `node` and the script) and returns its exit status. Never throws. */
export async function main(argv: readonly string[], world: MainWorld): Promise<number> {
  let statuses: Statuses | null = null;
  try {
    const invocation = await readCommandLine(argv, world.system.env);
    if (invocation.kind === 'run') statuses = statusesOf(invocation);
    return await carryOut(invocation, world);
  } catch (error) {
    if (error instanceof OutputClosed) return closedPipeStatus;
    const failure = isTooLong(error) ? tooLong(error) : error;
    const text = errorText(doing(argv), failure, isSet(world.system, 'SOPSKIT_DEBUG'));
    world.terminal.tell(paint(text, world.terminal));
    return statusOf(failure, statuses ?? (await statusesOfUsage(argv)));
  }
}

/** What a message begins with: the program, and the command where one is named. */
function doing(argv: readonly string[]): string {
  const name = commandIn(argv);
  return name === null ? 'sopskit' : `sopskit ${name}`;
}

function commandIn(argv: readonly string[]): string | null {
  const words = argv.filter((word) => !word.startsWith('-'));
  return findCommand(words, registry.keys())?.name ?? null;
}

/** The statuses of a command line that cannot be read. */
async function statusesOfUsage(argv: readonly string[]): Promise<Statuses> {
  const status = (await registry.get(commandIn(argv) ?? '')?.())?.command.usageStatus;
  return status === undefined ? {} : { otherwise: status };
}

async function carryOut(invocation: Invocation, world: MainWorld): Promise<number> {
  const { system, terminal } = world;
  if (invocation.kind === 'version') {
    terminal.write(`${versionText}\n`);
    return 0;
  }
  if (invocation.kind === 'help') {
    const { helpText } = await import('./help.ts');
    terminal.write(await helpText(invocation.topic));
    return 0;
  }
  for (const remark of invocation.remarks) system.warn(remark);
  return invocation.command.run(invocation.request, contextOf(world));
}

function contextOf(world: MainWorld): CommandContext {
  let loading: Promise<Operations> | null = null;
  return {
    system: world.system,
    terminal: world.terminal,
    workerFile: world.workerFile ?? null,
    operations() {
      loading ??= world.operations(world.system);
      return loading;
    },
  };
}

function statusesOf({ command, request }: Invocation & { readonly kind: 'run' }): Statuses {
  return command.statusesFor?.(request) ?? command.statuses ?? {};
}

function statusOf(error: unknown, statuses: Statuses): number {
  return statusOfCode(error instanceof SopskitError ? error.code : null, statuses);
}

/** Colours the first line, which says what went wrong. */
function paint(text: string, terminal: Terminal): string {
  if (!terminal.colours.error) return text;
  const [first = '', ...rest] = text.split('\n');
  return [`\u001b[31m${first}\u001b[39m`, ...rest].join('\n');
}

function isSet({ env }: System, name: string): boolean {
  const value = env.get(name);
  return value !== undefined && value !== '' && value !== '0';
}
