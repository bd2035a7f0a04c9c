import { SopskitError } from '../errors/sopskit-error.ts';
import type { Environment } from '../system/environment.ts';
import type { Command, Flag } from './command.ts';
import { findCommand, membersOf } from './command-names.ts';
import { complete, dashed, type GivenFlag, join, type Scanned, scan } from './grammar.ts';
import { registry } from './registry.ts';
import { nearest } from './suggestion.ts';
import { type FlagValue, valuesOf } from './values.ts';

/** What a command line asks for. */
export type Invocation =
  | { readonly kind: 'version' }
  /** The help of the whole (an empty topic), a group or a command. */
  | { readonly kind: 'help'; readonly topic: string }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly request: unknown;
      readonly remarks: readonly string[];
    };

/** `--help`, on every command. */
export const helpFlag: Flag = { name: 'help', aliases: ['h'], kind: 'bool', help: 'show this help' };

/**
 * Reads a command line. Touches nothing but the command's module. Throws `usage.*`.
 *
 * The old form (`-d FILE`, or `FILE` alone) is taken where the first word that is no flag names no command.
 */
export async function readCommandLine(argv: readonly string[], env: Environment): Promise<Invocation> {
  const [first = ''] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-v')) return { kind: 'version' }; // no module needed
  if (!first.startsWith('-')) {
    const invocation = await readCommand(argv, new Map(), env);
    if (invocation !== null) return invocation;
  }
  return readOldForm(argv, env);
}

/** Flags before a command, or no command at all. */
async function readOldForm(argv: readonly string[], env: Environment): Promise<Invocation> {
  const { command } = await import('./commands/old-form.ts');
  const before = scan(argv, command.flags, { untilWord: true });
  if (isOn(before, 'help')) return { kind: 'help', topic: '' };
  if (isOn(before, 'version')) return { kind: 'version' };
  const invocation = await readCommand(before.rest, before.given, env);
  if (invocation !== null) return invocation;
  const scanned = scan(argv, command.flags);
  if (isOn(scanned, 'help')) return { kind: 'help', topic: '' };
  return prepare(command, scanned, env);
}

/** Returns `null` when the words name no command. */
async function readCommand(
  words: readonly string[],
  before: ReadonlyMap<string, GivenFlag>,
  env: Environment,
): Promise<Invocation | null> {
  if (words[0] === 'help' || words[0] === 'h') return { kind: 'help', topic: readTopic(words.slice(1)) };
  const named = findCommand(words, registry.keys());
  if (named === null) return null;
  if (named.kind === 'group') return readGroup(named.name, words.slice(1));
  const { command } = await load(named.name);
  const flags = [...command.flags, helpFlag];
  const scanned = scan(words.slice(named.words), flags);
  if (isOn(scanned, 'help')) return { kind: 'help', topic: command.name };
  return prepare(command, { ...scanned, given: merge(command, before, scanned.given) }, env);
}

/** A group without a member shows its help; flags of its own it has none. */
function readGroup(group: string, words: readonly string[]): Invocation {
  const { args } = scan(words, [helpFlag]);
  const [word, topic] = args;
  if (word === undefined) return { kind: 'help', topic: group };
  if (word === 'help' || word === 'h')
    return { kind: 'help', topic: readTopic(topic === undefined ? [group] : [group, topic]) };
  throw noTopic(word, membersOf(group, registry.keys()));
}

function readTopic(words: readonly string[]): string {
  if (words.length === 0) return '';
  const named = findCommand(words, registry.keys());
  if (named === null) throw noTopic(words[0] ?? '', registry.keys());
  const [, member] = words;
  if (named.kind === 'group' && member !== undefined)
    throw noTopic(member, membersOf(named.name, registry.keys()));
  return named.name;
}

function noTopic(word: string, known: Iterable<string>): SopskitError {
  const near = nearest(word, known);
  return new SopskitError('usage.help-topic', `there is no command ${JSON.stringify(word)}`, {
    hint: near === null ? 'see sopskit --help' : `did you mean ${near}?`,
  });
}

/** Loads a command by its name. */
export async function load(name: string): Promise<{ readonly command: Command }> {
  const loader = registry.get(name);
  if (loader === undefined) throw noTopic(name, registry.keys());
  return loader();
}

function prepare(command: Command, scanned: Scanned, env: Environment): Invocation {
  const remarks: string[] = [];
  const request = command.parse({
    values: valuesOf(complete(command.flags, scanned.given, env)),
    args: scanned.args,
    beforeDashes: scanned.beforeDashes,
    note: (remark) => remarks.push(remark),
  });
  return { kind: 'run', command, request, remarks };
}

/**
 * Applies flags that stand before the command, where it knows them. sops silently ignores most of them there, so that
 * `sops --encrypted-regex X encrypt FILE` encrypts everything. Throws `usage.invalid` for one it does not know.
 */
function merge(
  command: Command,
  before: ReadonlyMap<string, GivenFlag>,
  after: ReadonlyMap<string, GivenFlag>,
): ReadonlyMap<string, GivenFlag> {
  const merged = new Map<string, GivenFlag>();
  for (const [name, given] of before) {
    if (harmless.has(name)) continue;
    const flag = command.flags.find((candidate) => candidate.name === name);
    if (flag === undefined) throw misplaced(command, given);
    merged.set(name, { ...given, flag, value: fit(flag, given.value) });
  }
  for (const [name, given] of after) {
    const earlier = merged.get(name);
    merged.set(name, earlier === undefined ? given : { ...given, value: join(earlier.value, given.value) });
  }
  return merged;
}

/** Flags that change nothing here: sopskit never looks for updates. */
const harmless: ReadonlySet<string> = new Set(['disable-version-check', 'check-for-updates']);

/** `--kms` is a text in the old form, and a list of `groups add`. */
function fit(flag: Flag, value: FlagValue): FlagValue {
  return flag.kind === 'list' && typeof value === 'string' ? [value] : value;
}

function misplaced(command: Command, { as }: GivenFlag): SopskitError {
  return new SopskitError(
    'usage.invalid',
    `${command.name} has no flag ${dashed(as)}, and it may not stand before it`,
    {
      hint: `see sopskit help ${command.name}; sops ignores such a flag, sopskit does not`,
    },
  );
}

function isOn(scanned: Scanned, name: string): boolean {
  return scanned.given.get(name)?.value === true;
}
