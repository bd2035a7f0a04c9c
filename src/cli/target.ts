import { SopskitError } from '../errors/sopskit-error.ts';
import type { Input } from './command.ts';

/** Where the result of a command goes. */
export interface Target {
  readonly inPlace: boolean;
  /** `--output`, as typed; `null` is standard output (or the file itself, when `inPlace`). */
  readonly output: string | null;
}

/** Throws `usage.conflict` for both. */
export function readTarget({ values }: Input): Target {
  const target = { inPlace: values.bool('in-place'), output: values.text('output') };
  if (target.inPlace && target.output !== null) {
    throw new SopskitError('usage.conflict', '--in-place and --output exclude each other');
  }
  return target;
}

/** Returns the one file to work on. Throws `usage.no-file`; remarks on further ones, which sops ignores. */
export function readFile(input: Input): string {
  const [file, ...more] = input.args;
  if (file === undefined) throw noFile();
  ignoreMore(input, more);
  return file;
}

/** Like `readFile`, but no file at all is standard input: `null`. */
export function readFileOrStdin(input: Input, target: Target): string | null {
  if (input.args.length > 0) return readFile(input);
  if (target.inPlace) throw new SopskitError('usage.conflict', '--in-place needs a file, not standard input');
  return null;
}

export function noFile(): SopskitError {
  return new SopskitError('usage.no-file', 'no file given');
}

function ignoreMore(input: Input, more: readonly string[]): void {
  if (more.length > 0) input.note(`only the first file is used; ignored: ${more.join(' ')}`);
}
