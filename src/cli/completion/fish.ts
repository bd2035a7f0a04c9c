import type { Flag } from '../command.ts';
import type { CompletionTable } from './words.ts';

/** Prints the fish completion script. */
export function fishScript({ first, groups, commands }: CompletionTable): string {
  const lines = [
    '# fish completion for sopskit. Load it with: sopskit completion fish | source',
    ...first.map(
      ({ word, says }) => `complete -c sopskit -n __fish_use_subcommand -a ${word} -d ${quote(says)}`,
    ),
  ];
  for (const { name, members } of groups) {
    const known = members.map(({ word }) => word).join(' ');
    const here = quote(`__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${known}`);
    lines.push(`complete -c sopskit -f -n ${here}`);
    for (const { word, says } of members)
      lines.push(`complete -c sopskit -n ${here} -a ${word} -d ${quote(says)}`);
  }
  for (const { name, flags, files } of commands) {
    const here = quote(condition(name));
    if (!files) lines.push(`complete -c sopskit -f -n ${here}`);
    for (const flag of flags) lines.push(`complete -c sopskit -n ${here} ${flagOptions(flag)}`);
  }
  lines.push(
    '# for those who call it sops; a completion that sops has already stays',
    'complete -c sops | string length -q; or complete -c sops -w sopskit',
  );
  return `${lines.join('\n')}\n`;
}

function condition(name: string): string {
  if (name === '') return '__fish_use_subcommand';
  return name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}

function flagOptions(flag: Flag): string {
  const names = [flag.name, ...(flag.aliases ?? [])].map((name) =>
    name.length === 1 ? `-s ${name}` : `-l ${name}`,
  );
  return [...names, ...value(flag), `-d ${quote(flag.help)}`].join(' ');
}

function value({ kind, completes }: Flag): readonly string[] {
  if (kind === 'bool') return [];
  if (completes === 'file') return ['-r', '-F'];
  return completes === undefined ? ['-x'] : ['-x', `-a ${quote(completes.join(' '))}`];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
