import { SopskitError } from '../errors/sopskit-error.ts';
import type { Environment } from '../system/environment.ts';
import type { Flag } from './command.ts';
import { readFlagValue, readFlagVariable } from './flag-value.ts';
import { nearest } from './suggestion.ts';
import type { FlagValue } from './values.ts';

/** One flag as it was typed. */
export interface GivenFlag {
  readonly flag: Flag;
  /** The name it was given by: one of the flag's names. */
  readonly as: string;
  readonly value: FlagValue;
}

export interface Scanned {
  /** By flag name. */
  readonly given: ReadonlyMap<string, GivenFlag>;
  readonly args: readonly string[];
  /** How many of `args` stood before a `--`; `null` when there was none. */
  readonly beforeDashes: number | null;
  /** What was not looked at (only with `untilWord`): the first word that is no flag, and all after it. */
  readonly rest: readonly string[];
}

export interface ScanOptions {
  /** Stops at the first word that is no flag: flags before a command. */
  readonly untilWord?: boolean;
}

/**
 * Reads words as Go's `flag` package does, and flags behind arguments too: `--flag value`, `--flag=value`, one dash or
 * two for any name, `--bool=false`, `--` for the end of flags. A negative number behind an argument is an argument.
 * Throws `usage.invalid`.
 */
export function scan(words: readonly string[], flags: readonly Flag[], options: ScanOptions = {}): Scanned {
  const names = indexOf(flags);
  const given = new Map<string, GivenFlag>();
  const args: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      const after = words.slice(at + 1);
      if (options.untilWord === true) return { given, args, beforeDashes: null, rest: after };
      return { given, args: [...args, ...after], beforeDashes: args.length, rest: [] };
    }
    if (isArgument(word, args.length, names)) {
      if (options.untilWord === true) return { given, args, beforeDashes: null, rest: words.slice(at) };
      args.push(word);
      continue;
    }
    at += take(word, words[at + 1], names, given);
  }
  return { given, args, beforeDashes: null, rest: [] };
}

/** Every name of every flag. */
export function indexOf(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  return new Map(
    flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])].map((name) => [name, flag] as const)),
  );
}

/** Adds environment variables and defaults to what was given. Throws `usage.invalid` for a variable. */
export function complete(
  flags: readonly Flag[],
  given: ReadonlyMap<string, GivenFlag>,
  env: Environment,
): ReadonlyMap<string, FlagValue> {
  const table = new Map<string, FlagValue>();
  for (const flag of flags) {
    const typed = given.get(flag.name);
    const variable = flag.env === undefined ? undefined : env.get(flag.env);
    if (typed !== undefined) table.set(flag.name, typed.value);
    else if (flag.env !== undefined && variable !== undefined)
      table.set(flag.name, readFlagVariable(flag, variable, flag.env));
    else if (flag.fallback !== undefined) table.set(flag.name, flag.fallback);
  }
  return table;
}

/** How a flag name is typed. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function isArgument(word: string, before: number, names: ReadonlyMap<string, Flag>): boolean {
  if (word.length < 2 || !word.startsWith('-')) return true;
  return before > 0 && /^-\.?\d/u.test(word) && !names.has(word.slice(1));
}

/** Reads one flag; returns how many of the following words belong to it. */
function take(
  word: string,
  next: string | undefined,
  names: ReadonlyMap<string, Flag>,
  given: Map<string, GivenFlag>,
): number {
  const match = /^(--?([^-=][^=]*))(?:=(.*))?$/su.exec(word);
  const as = match?.[2];
  if (as === undefined) throw new SopskitError('usage.invalid', 'there is a dash where a flag should be');
  const flag = names.get(as);
  if (flag === undefined) throw unknownFlag(match?.[1] ?? '', as, names);
  const inline = match?.[3];
  if (flag.kind === 'bool') {
    keep(given, { flag, as, value: inline === undefined ? true : readFlagValue(flag, inline, dashed(as)) });
    return 0;
  }
  const text = inline ?? next;
  if (text === undefined) throw new SopskitError('usage.invalid', `${dashed(as)} needs a value`);
  keep(given, { flag, as, value: readFlagValue(flag, text, dashed(as)) });
  return inline === undefined ? 1 : 0;
}

/** The last value wins, lists grow; two names for one flag are refused, as in sops. */
function keep(given: Map<string, GivenFlag>, next: GivenFlag): void {
  const before = given.get(next.flag.name);
  if (before !== undefined && before.as !== next.as) {
    throw new SopskitError(
      'usage.invalid',
      `${dashed(before.as)} and ${dashed(next.as)} are the same flag: use one`,
    );
  }
  given.set(next.flag.name, before === undefined ? next : { ...next, value: join(before.value, next.value) });
}

/** Lists grow, other values are replaced. */
export function join(before: FlagValue, next: FlagValue): FlagValue {
  return Array.isArray(before) && Array.isArray(next)
    ? [...(before as string[]), ...(next as string[])]
    : next;
}

function unknownFlag(word: string, as: string, names: ReadonlyMap<string, Flag>): SopskitError {
  const isFile = /^-[^-].*\.\w+$/.test(word);
  const hint = isFile ? `For a file of that name: ./${word}` : suggest(as, names);
  return new SopskitError('usage.invalid', `there is no flag ${word} here`, hint === null ? {} : { hint });
}

function suggest(as: string, names: ReadonlyMap<string, Flag>): string | null {
  const letters = [...as];
  if (letters.length > 1 && letters.every((letter) => names.has(letter))) {
    return `short flags are written apart: ${letters.map(dashed).join(' ')}`;
  }
  const long = [...names.keys()].filter((name) => name.length > 1);
  const near = nearest(as, long);
  return near === null ? null : `did you mean ${dashed(near)}?`;
}
