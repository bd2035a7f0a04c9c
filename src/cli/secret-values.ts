import { basename } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { checkKey } from '../manifests/secret-manifest-rules.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import { readEnvFile } from './secret-env-file.ts';
import { unasked } from './secret-flags.ts';
import { filesOfFolder } from './secret-folder.ts';
import { askValue } from './secret-prompt.ts';
import { absolute, readPath } from './streams.ts';

/** Where the values of a new Secret come from. The command line names places only, never values. */
export interface ValueSources {
  /** `KEY=PATH`, or a path whose last part is the key; a folder stands for its files. */
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  /** The key that takes standard input, as it is. */
  readonly stdin: string | null;
  /** Whether one line break at the end of standard input is left out. */
  readonly trim: boolean;
  /** Keys whose values are asked for. */
  readonly prompts: readonly string[];
}

/**
 * Collects the values, files first, questions last, in the order of the command line. Throws `file.*`,
 * `manifest.invalid` for a key that Kubernetes does not take or that is there twice, `prompt.unavailable`.
 */
export async function collectValues(
  sources: ValueSources,
  context: CommandContext,
): Promise<Map<string, Uint8Array>> {
  const { system } = context;
  const values = new Map<string, Uint8Array>();
  for (const source of sources.files) for (const value of fromFile(source, system)) add(values, value);
  for (const file of sources.envFiles) {
    for (const value of readEnvFile(readPath(system, file, 'file.missing'), file, system.env))
      add(values, value);
  }
  if (sources.stdin !== null)
    add(values, [
      sources.stdin,
      sources.trim ? withoutLineBreak(readPipe(context)) : readStdinValue(context),
    ]);
  for (const key of sources.prompts) {
    checkKey(key);
    add(values, [key, await askValue(`Value of ${key}`, system, unasked.create)]);
  }
  return values;
}

/** Standard input, byte for byte. Warns of the line break that `echo` leaves. */
export function readStdinValue(context: CommandContext): Uint8Array {
  const bytes = readPipe(context);
  warnOfLineBreak(bytes, context.system);
  return bytes;
}

/** Standard input, byte for byte. Throws `usage.invalid` where it is the terminal. */
export function readPipe({ system, terminal }: CommandContext): Uint8Array {
  if (terminal.inputIsTerminal === true) {
    throw new SopskitError(
      'usage.invalid',
      'standard input is the terminal, where a secret could be read along',
      {
        hint: 'Pipe the value in, or let sopskit ask for it (--prompt).',
      },
    );
  }
  return system.files.readStdin();
}

/** Drops one line break at the end. */
export function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
  return bytes.slice(0, bytes.length - end);
}

/** One line with a line break behind it is nearly always a mistake that costs an afternoon. */
function warnOfLineBreak(bytes: Uint8Array, system: System): void {
  if (bytes.length < 2 || bytes.indexOf(0x0a) !== bytes.length - 1) return;
  system.warn(`the value ends with a line break, which is now part of it; --trim leaves it out`);
}

function fromFile(source: string, system: System): [string, Uint8Array][] {
  const cut = source.indexOf('=');
  const path = cut < 0 ? source : source.slice(cut + 1);
  if (path === '') throw new SopskitError('usage.invalid', '--from-file takes PATH or KEY=PATH');
  const status = system.files.status(absolute(system, path));
  if (status?.kind === 'directory') {
    if (cut >= 0)
      throw new SopskitError('usage.invalid', 'a folder takes no key: its files have names of their own', {
        hint: `Leave the key out, or name a file of the folder.`,
      });
    return filesOfFolder(path, system);
  }
  const key = cut < 0 ? basename(path) : source.slice(0, cut);
  checkKey(key);
  if (status === null && cut >= 0) throw noSuchFile(`--from-file ${key}=…`);
  return [[key, readPath(system, path, 'file.missing')]];
}

/** What stands in the place of a path may be a value, and is not repeated. */
export function noSuchFile(flag: string): SopskitError {
  return new SopskitError('file.missing', `${flag}: there is no such file`, {
    hint: 'The flag takes the path of a file that holds the value. If the value itself stands there: every user of this machine can read a command line, and the shell keeps it in its history.',
  });
}

function add(values: Map<string, Uint8Array>, [key, bytes]: readonly [string, Uint8Array]): void {
  checkKey(key);
  if (values.has(key)) {
    throw new SopskitError('manifest.invalid', `there are two values for the key ${key}`, {
      hint: 'Name each key once.',
    });
  }
  values.set(key, bytes);
}
