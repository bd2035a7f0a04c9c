import { constants } from 'node:os';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { Input } from './command.ts';

/** What `exec-env` and `exec-file` run. */
export type Program =
  /** One string, run by `/bin/sh -c` (or `cmd.exe /C`), as in sops. */
  | { readonly kind: 'shell'; readonly line: string }
  /** Words after `--`, run without a shell. sops has nothing like it. */
  | { readonly kind: 'words'; readonly words: readonly [string, ...string[]] };

/**
 * Reads `FILE COMMAND` or `FILE -- PROGRAM ARGUMENT…`. One string is always a shell's, also after `--`: so it is in
 * sops. Throws `usage.invalid`.
 */
export function readProgram({ args, beforeDashes }: Input, name: string): { file: string; program: Program } {
  const [file, first, ...more] = args;
  if (file === undefined || first === undefined) {
    throw new SopskitError('usage.invalid', `${name} takes a file and a command`);
  }
  if (more.length === 0) return { file, program: { kind: 'shell', line: first } };
  if (beforeDashes !== 1) {
    throw new SopskitError('usage.invalid', `${name} takes the command as one string`, {
      hint: `put it in quotes, or write: sopskit ${name} FILE -- PROGRAM ARGUMENT…`,
    });
  }
  return { file, program: { kind: 'words', words: [first, ...more] } };
}

/** Returns the program and arguments to start, with each `{}` replaced by `placeholder` (unless it is `null`). */
export function argvOf(
  system: System,
  program: Program,
  placeholder: string | null,
): readonly [string, ...string[]] {
  const fill = (text: string): string => (placeholder === null ? text : text.replaceAll('{}', placeholder));
  if (program.kind === 'words') {
    const [first, ...rest] = program.words;
    return [fill(first), ...rest.map(fill)];
  }
  return system.platform === 'win32'
    ? ['cmd.exe', '/C', fill(program.line)]
    : ['/bin/sh', '-c', fill(program.line)];
}

/**
 * Returns the exit status for a program's end: its own, or 128 + n for a signal that may have been ours; else 255, as
 * sops ends when its program is killed.
 */
export function statusOfEnd(end: { readonly status: number | null; readonly signal: string | null }): number {
  if (end.status !== null) return end.status;
  const ours: Readonly<Record<string, number>> = {
    SIGINT: constants.signals.SIGINT,
    SIGTERM: constants.signals.SIGTERM,
    SIGHUP: constants.signals.SIGHUP,
    SIGQUIT: constants.signals.SIGQUIT,
    SIGUSR1: constants.signals.SIGUSR1,
    SIGUSR2: constants.signals.SIGUSR2,
  };
  const signal = end.signal === null ? undefined : ours[end.signal];
  return signal === undefined ? 255 : 128 + signal;
}
