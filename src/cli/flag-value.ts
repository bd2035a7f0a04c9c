import { SopskitError } from '../errors/sopskit-error.ts';
import type { Flag } from './command.ts';
import type { FlagValue } from './values.ts';

/**
 * Reads a flag's value as Go's `flag` package does. `origin` names it in messages: `--indent`, or a variable.
 * Throws `usage.invalid`.
 */
export function readFlagValue(flag: Flag, text: string, origin: string): FlagValue {
  if (flag.kind === 'bool') return readBool(text, origin);
  if (flag.kind === 'int') return readInt(text, origin);
  return flag.kind === 'list' ? [text] : text;
}

/** Reads a flag's environment variable: an empty one switches a `bool` off, commas separate the items of a `list`. */
export function readFlagVariable(flag: Flag, text: string, variable: string): FlagValue {
  if (flag.kind === 'bool' && text === '') return false;
  if (flag.kind === 'list') return text.split(',').map((item) => item.trim());
  return readFlagValue(flag, text, `the variable ${variable}`);
}

function readBool(text: string, origin: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new SopskitError('usage.invalid', `${origin} takes true or false`);
}

/** Go's `strconv.ParseInt(text, 0, 64)`: decimal, 0x, 0o, 0b, a leading 0 for octal, and `_` between digits. */
function readInt(text: string, origin: string): number {
  const match =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB]_?[01]+(?:_[01]+)*|0[oO]?_?[0-7]+(?:_[0-7]+)*|0|[1-9]\d*(?:_\d+)*)$/u.exec(
      text,
    );
  const digits = match?.[2]?.replaceAll('_', '').replace(/^0(?=[0-7])/u, '0o');
  const value = digits === undefined ? Number.NaN : Number(digits);
  if (!Number.isSafeInteger(value)) throw new SopskitError('usage.invalid', `${origin} takes a whole number`);
  return match?.[1] === '-' ? -value : value;
}
