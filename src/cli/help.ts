import type { Command, Flag } from './command.ts';
import { helpFlag, load } from './command-line.ts';
import { membersOf } from './command-names.ts';
import { dashed } from './grammar.ts';
import { registry } from './registry.ts';
import { versionText } from './version.ts';
import { wrap } from './wrap.ts';

const groupTitles: Readonly<Record<Command['group'], string>> = {
  files: 'Files',
  keys: 'Keys',
  programs: 'Programs',
  services: 'Services',
  repository: 'Repository',
  flux: 'Flux',
  shell: 'Shell',
};

/** Returns the help for a command, for a group of commands, or with an empty topic for all. Fits 80 columns. */
export async function helpText(topic: string): Promise<string> {
  if (topic === '') return overview();
  if (registry.has(topic)) return commandHelp((await load(topic)).command);
  return groupHelp(topic);
}

async function overview(): Promise<string> {
  const commands = await Promise.all([...registry.keys()].map(async (name) => (await load(name)).command));
  const lines = [
    `sopskit ${versionText.replace(/^.*sopskit ([^)]*)\)$/u, '$1')}: SOPS secrets and Flux GitOps`,
    '',
    'Usage: sopskit COMMAND [FLAGS] [ARGUMENTS]',
    '       sopskit FILE                     edits FILE, as sopskit edit FILE does',
    '       sopskit -d | -e | -r [-i] FILE   decrypts, encrypts, rotates (old form)',
  ];
  const width = Math.max(...commands.map(({ name }) => name.length));
  for (const [group, title] of Object.entries(groupTitles)) {
    const members = commands.filter((command) => command.group === group);
    if (members.length === 0) continue;
    lines.push('', `${title}:`, ...members.flatMap(({ name, summary }) => entry(name, summary, width)));
  }
  lines.push(
    '',
    ...wrap(
      'Flags may stand anywhere; sopskit help COMMAND lists them. Data goes to standard output, everything else to standard error.',
      80,
    ),
  );
  return `${lines.join('\n')}\n`;
}

async function groupHelp(group: string): Promise<string> {
  const names = membersOf(group, registry.keys());
  const members = await Promise.all(names.map(async (name) => (await load(`${group} ${name}`)).command));
  const width = Math.max(...names.map((name) => name.length));
  const lines = [`Usage: sopskit ${group} COMMAND [FLAGS] [ARGUMENTS]`, '', 'Commands:'];
  members.forEach(({ summary }, index) => {
    lines.push(...entry(names[index] ?? '', summary, width));
  });
  return `${lines.join('\n')}\n`;
}

function commandHelp(command: Command): string {
  const lines = [`sopskit ${command.name}: ${command.summary}`, '', ...usage(command)];
  for (const paragraph of command.about ?? []) lines.push('', ...wrap(paragraph, 80));
  if (command.examples.length > 0) lines.push('', 'Examples:');
  for (const { line, says } of command.examples) lines.push(`  # ${says}`, `  ${line}`);
  const flags = [...command.flags, helpFlag].filter((flag) => flag.hidden !== true);
  lines.push('', 'Flags:', ...flags.flatMap(describe));
  return `${lines.join('\n')}\n`;
}

function usage({ name, usage: text }: Command): readonly string[] {
  return text.split(' | ').map((form, index) => {
    const line = `${index === 0 ? 'Usage:' : '      '} sopskit ${name} [FLAGS] ${form}`;
    return line.trimEnd();
  });
}

function describe(flag: Flag): readonly string[] {
  const names = [...(flag.aliases ?? []), flag.name].map(dashed).join(', ');
  const value = flag.kind === 'bool' ? '' : ` ${flag.value ?? 'VALUE'}`;
  const extras = [
    ...(flag.kind === 'list' ? ['may be repeated'] : []),
    ...(typeof flag.fallback === 'string' ? [`default: ${flag.fallback}`] : []),
    ...(flag.env === undefined ? [] : [`$${flag.env}`]),
  ];
  const text = extras.length === 0 ? flag.help : `${flag.help} [${extras.join('; ')}]`;
  return entry(names + value, text, 26);
}

/** A name in its column and a text beside it; below it, where the name is too long. */
function entry(name: string, text: string, width: number): readonly string[] {
  const indent = ' '.repeat(width + 4);
  const lines = wrap(text, 80 - indent.length).map((line) => indent + line);
  if (name.length > width) return [`  ${name}`, ...lines];
  const [first = indent, ...rest] = lines;
  return [`  ${name.padEnd(width)}${first.slice(width + 2)}`, ...rest];
}
