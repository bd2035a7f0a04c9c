import type { ChildProcess, ChildProcessByStdio, SpawnOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import type { Environment } from '../environment.ts';
import type { Processes, RunOptions, RunResult } from '../processes.ts';
import { chunkQueue } from './chunk-queue.ts';
import { findProgram } from './find-program.ts';
import { invocationOf } from './invocation.ts';
import { reasonOf } from './io-reason.ts';
import { isLeashed, leash } from './leash.ts';
import { mergedEnvironment } from './merged-environment.ts';
import type { Termination } from './termination.ts';

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

/** Runs real programs, found on PATH, never through a shell. */
export function nodeProcesses(env: Environment, termination: Termination): Processes {
  const start = (
    program: string,
    args: readonly string[],
    options: RunOptions,
    stdio: 'pipe' | 'inherit' | 'ignore',
  ): ChildProcess => {
    const found = findProgram(program, env);
    if (found === null) throw missing(program);
    const { platform } = process;
    const { file, args: words, verbatim } = invocationOf(found, args, platform, env.get('ComSpec'));
    const inherited = options.pristine === true ? undefined : env.all();
    const settings: SpawnOptions = {
      stdio: stdio === 'pipe' ? pipes(options) : stdio,
      windowsHide: stdio === 'pipe',
      windowsVerbatimArguments: verbatim,
      env: mergedEnvironment([inherited, options.env], platform),
      detached: stdio === 'ignore' || (stdio === 'pipe' && isLeashed(options)),
    };
    if (options.cwd !== undefined) settings.cwd = options.cwd;
    try {
      return process.getBuiltinModule('node:child_process').spawn(file, words, settings);
    } catch (error) {
      throw failed(program, error);
    }
  };
  return {
    get onTerminal() {
      return process.getBuiltinModule('node:tty').isatty(0);
    },
    find: (program) => findProgram(program, env),
    async run(program, args, options = {}) {
      const held = leash(options, termination);
      try {
        const child = start(program, args, options, 'pipe') as Piped;
        held.hold(child);
        const ended = end(child, program);
        const output = [gather(child.stdout), gather(child.stderr)] as const;
        if (child.stdin !== null) feed(child, options.input);
        const { status, signal } = await ended;
        return { status, signal, stdout: output[0](), stderr: output[1]() };
      } finally {
        held.release();
      }
    },
    converse(program, args, options = {}) {
      const child = start(program, args, options, 'pipe') as Piped;
      return converse(child, end(child, program), options);
    },
    async attach(program, args, options = {}) {
      // a terminal sends Ctrl-C and Ctrl-\ to the child as well; other signals, and all without one, reach us alone
      const onTerminal = process.getBuiltinModule('node:tty').isatty(0);
      let child: ChildProcess | null = null;
      // before the start: a signal must not find us without the receiver while the child already runs
      const release = termination.divert((signal) => {
        const isKey = signal === 'SIGINT' || signal === 'SIGQUIT';
        if (!isKey || !onTerminal) child?.kill(signal);
      });
      try {
        child = start(program, args, options, 'inherit');
        return await end(child, program);
      } finally {
        release();
      }
    },
    async detach(program, args, options = {}) {
      const child = start(program, args, options, 'ignore');
      const ended = end(child, program).then(
        () => undefined,
        () => undefined,
      );
      await started(child, program);
      child.unref();
      return { ended };
    },
  };
}

function pipes({ inputShared, errorsShown }: RunOptions): ('pipe' | 'inherit')[] {
  return [inputShared === true ? 'inherit' : 'pipe', 'pipe', errorsShown === true ? 'inherit' : 'pipe'];
}

function started(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', (error) => reject(failed(program, error)));
  });
}

function converse(
  child: Piped,
  ended: Promise<Ending>,
  options: RunOptions,
): ReturnType<Processes['converse']> {
  const stdout = chunkQueue(child.stdout);
  const stderr = gather(child.stderr);
  // whoever reads or closes learns of a failed start; without either it must not become an unhandled rejection
  ended.catch((error: unknown) => stdout.fail(error));
  child.stdin.on('error', ignoreClosedInput);
  if (options.input !== undefined) child.stdin.write(copyOf(options.input));
  return {
    write: (bytes) => void child.stdin.write(Uint8Array.from(bytes)),
    read: () => stdout.next(),
    async close(): Promise<RunResult> {
      child.stdin.end();
      const { status, signal } = await ended;
      return { status, signal, stdout: stdout.rest(), stderr: stderr() };
    },
    kill: () => void child.kill(),
  };
}

interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
}

/** Resolves when the program has ended and all of its output has arrived. */
function end(child: ChildProcess, program: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(failed(program, error)));
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
}

/** Collects a stream; the result joins what came and wipes the pieces, which may have held a secret. */
function gather(stream: Readable | null): () => Uint8Array {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => {
    const all = Buffer.concat(chunks);
    const own = Uint8Array.from(all);
    for (const piece of [...chunks, all]) piece.fill(0);
    return own;
  };
}

/** Writes the input and wipes our copy of it once the program has it (or has gone). */
function feed(child: Piped, input: RunOptions['input']): void {
  child.stdin.on('error', ignoreClosedInput);
  if (input === undefined) return void child.stdin.end();
  const bytes = copyOf(input);
  child.once('close', () => bytes.fill(0));
  child.stdin.end(bytes);
}

function copyOf(input: Uint8Array | Secret): Uint8Array {
  return input instanceof Secret ? input.lend((bytes) => Uint8Array.from(bytes)) : Uint8Array.from(input);
}

/** A program may end without reading all of its input; its exit status says whether that was right. */
function ignoreClosedInput(): void {}

function missing(program: string): SopskitError {
  return new SopskitError('process.missing', `cannot find the program ${program}`, {
    hint: `Install ${program}, or add the folder it is in to PATH.`,
  });
}

function failed(program: string, error: unknown): SopskitError {
  return new SopskitError('process.failed', `cannot run ${program}: ${reasonOf(error)}`, { cause: error });
}
