import type { Command, Flag } from '../command.ts';
import { helpFlag, load } from '../command-line.ts';
import { firstWords, membersOf } from '../command-names.ts';
import { registry } from '../registry.ts';

/** What a shell completes: every word that can stand at the start, and every command with its flags. */
export interface CompletionTable {
  /** Commands and groups. */
  readonly first: readonly Word[];
  readonly groups: readonly { readonly name: string; readonly members: readonly Word[] }[];
  readonly commands: readonly CompletedCommand[];
}

export interface Word {
  readonly word: string;
  readonly says: string;
}

export interface CompletedCommand {
  readonly name: string;
  readonly flags: readonly Flag[];
  /** Whether its arguments are files. */
  readonly files: boolean;
}

/** Collects the table from every registered command and from the old form (whose name is empty). */
export async function completionTable(): Promise<CompletionTable> {
  const names = [...registry.keys()];
  const commands = await Promise.all(names.map(async (name) => (await load(name)).command));
  const { command: oldForm } = await import('../commands/old-form.ts');
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]));
  const first = firstWords(names).map((word) => ({
    word,
    says: summaries.get(word) ?? `commands: ${membersOf(word, names).join(', ')}`,
  }));
  const groups = firstWords(names)
    .filter((word) => !summaries.has(word))
    .map((name) => ({
      name,
      members: membersOf(name, names).map((word) => ({ word, says: summaries.get(`${name} ${word}`) ?? '' })),
    }));
  return {
    first: [...first, { word: 'help', says: 'show the help of a command' }],
    groups,
    commands: [...commands, oldForm].map(completed),
  };
}

function completed({ name, flags, completes }: Command): CompletedCommand {
  const all = flags.some((flag) => flag.name === helpFlag.name) ? flags : [...flags, helpFlag];
  return { name, flags: all.filter((flag) => flag.hidden !== true), files: completes !== 'none' };
}

/** Every name of a flag as it is typed. */
export function typed(flag: Flag): readonly string[] {
  return [flag.name, ...(flag.aliases ?? [])].map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
}
