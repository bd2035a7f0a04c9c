import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Secret } from '../../secret/secret.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';

export interface GitOptions {
  readonly input?: Uint8Array | Secret;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the folder that the repository was opened from. */
  readonly cwd?: string;
  /** Statuses besides 0 that are an answer and no failure. */
  readonly statuses?: readonly number[];
  /** How long a command that speaks with a remote may take, in milliseconds. Default: 300000. */
  readonly patience?: number;
}

export interface GitOutput {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Standard output as UTF-8 text, without the line break at its end. */
  readonly text: string;
}

/**
 * What git is told on every call: English messages (some are read), no questions, no lock for a mere look, no program
 * that the repository's own configuration would have it run to find changed files.
 */
export const quietly = ['-c', 'core.fsmonitor=false'] as const;
export const quietEnvironment: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/** The commands that speak with a remote. */
const remoteCommands: ReadonlySet<string> = new Set(['fetch', 'push', 'ls-remote']);
/** How long such a command may take, in milliseconds: a remote may accept a connection, and never answer. */
const remotePatience = 300_000;
/** Over HTTP git itself gives up when nothing has come for a minute. Servers that are at work send signs of life. */
const notForEver = ['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=60'] as const;

/** Runs git in a folder. What speaks with a remote ends after five minutes, and with this process. Throws `git.missing`, and `git.failed` with git's own words. */
export async function runGit(
  system: System,
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitOutput> {
  requireGit(system);
  const isRemote = remoteCommands.has(args[0] ?? '');
  const late = new AbortController();
  const limit = options.patience ?? remotePatience;
  const timer = isRemote ? setTimeout(() => late.abort(), limit) : undefined;
  const { status, stdout, stderr } = await system.processes
    .run('git', [...quietly, ...(isRemote ? notForEver : []), ...args], {
      cwd: options.cwd ?? folder,
      env: { ...quietEnvironment, ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(isRemote ? { signal: late.signal, inputShared: mayAsk(system) } : {}),
    })
    .finally(() => clearTimeout(timer));
  if (late.signal.aborted && status !== 0) throw tooSlow(args, limit);
  if (status !== 0 && (status === null || options.statuses?.includes(status) !== true))
    throw gitFailure(args, stderr);
  return {
    status: status ?? 1,
    stdout,
    stderr,
    get text() {
      return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength)
        .toString('utf8')
        .replace(/\n$/, '');
    },
  };
}

/** git, or its ssh, may ask at the terminal, which it has only in the process group of this process. */
function mayAsk({ processes, prompts }: System): boolean {
  return processes.onTerminal === true || prompts.available;
}

function tooSlow(args: readonly string[], limit: number): SopskitError {
  const [command = ''] = args;
  const typed = args.slice(1).find((word) => !word.startsWith('-')) ?? '';
  const remote = printablePath(typed.replace(/(:\/\/)[^/@\s]*@/, '$1'));
  return new SopskitError(
    'git.failed',
    `git ${command} of ${remote} did not end within ${limit / 1000} s, and was ended`,
    { hint: `The remote may not answer. Try it by hand: git ls-remote ${remote}` },
  );
}

export function requireGit(system: System): void {
  if (system.processes.find('git') !== null) return;
  throw new SopskitError('git.missing', 'the program git is not installed, or not on PATH', {
    hint: 'Install git; commands on files that you name work without it.',
  });
}

/** The error for a git command that failed: the command's name and git's first words, which name no file's content. */
export function gitFailure(args: readonly string[], stderr: Uint8Array): SopskitError {
  const said = Buffer.from(stderr).toString('utf8').trim();
  const words = said.replace(/^(?:fatal|error): /, '');
  const command = args.find((word) => !word.startsWith('-')) ?? '';
  const hint = hintFor(said);
  return new SopskitError(
    'git.failed',
    `git ${command} failed${
      words === ''
        ? ''
        : `: ${words
            .split('\n')
            .map((line) => printablePath(line.replaceAll('\t', '    ')))
            .join('\n')}`
    }`,
    hint === null ? {} : { hint },
  );
}

function hintFor(said: string): string | null {
  if (said.includes('dubious ownership'))
    return 'The repository belongs to another user. If you trust it: git config --global --add safe.directory FOLDER';
  if (/unknown revision|bad revision|ambiguous argument|Not a valid object name/.test(said))
    return 'Check the revision with `git log`; in a shallow clone, fetch the history first: git fetch --unshallow.';
  if (/missing blob|unable to read|bad object/.test(said))
    return 'Objects are missing from this clone: git fetch --refetch, or git fsck.';
  return null;
}
