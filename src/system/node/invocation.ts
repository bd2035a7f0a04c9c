import { SopskitError } from '../../errors/sopskit-error.ts';

/** What the operating system is asked to start. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are one command line already and are not quoted again. */
  readonly verbatim: boolean;
}

/**
 * Returns how a found program is started. Windows runs batch files (`code.cmd`, `npm.cmd`) through cmd.exe only, which
 * Node refuses to do by itself since 20.12. Throws `process.failed` where an argument has a character that cmd.exe would
 * act on even in quotes.
 */
export function invocationOf(
  file: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  shell: string | undefined,
): Invocation {
  if (platform !== 'win32' || !/\.(?:bat|cmd)$/i.test(file)) return { file, args, verbatim: false };
  const line = [file, ...args].map((word) => quoted(word, file)).join(' ');
  // /d: no AutoRun; /s: the outer quotes go, all else stays; /v:off: "!" means nothing
  return { file: shell || 'cmd.exe', args: ['/d', '/s', '/v:off', '/c', `"${line}"`], verbatim: true };
}

/** Quoted for cmd.exe and for the program that the batch file hands its arguments to. */
function quoted(word: string, file: string): string {
  if (/["%\r\n\0]/.test(word))
    throw new SopskitError(
      'process.failed',
      `cannot run ${file}: it is a batch file, and a quote, a "%" or a line break cannot be passed to one safely`,
      { hint: 'Name the .exe itself, or a path without such characters.' },
    );
  return `"${word.replace(/\\+$/, '$&$&')}"`;
}
