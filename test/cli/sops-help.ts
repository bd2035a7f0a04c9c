import type { Command } from '../../src/cli/command.ts';

/** One flag, reduced to what scripts depend on. */
export interface HelpFlag {
  /** All names, sorted, without dashes. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly env: string | null;
  /** As sops prints it; `null` when it prints none, or 0. */
  readonly fallback: string | null;
}

export interface Help {
  readonly commands: readonly string[];
  readonly flags: readonly HelpFlag[];
}

/** Reads the text that sops (urfave/cli 1.22) prints for `--help`. `help` itself is left out. */
export function readSopsHelp(text: string): Help {
  const commands: string[] = [];
  const flags: HelpFlag[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (/^[A-Z ]+:$/.test(line)) section = line;
    else if (section === 'COMMANDS:' && /^ {3}\S/.test(line))
      commands.push(line.trim().split(/[ ,]/)[0] ?? '');
    else if (section.endsWith('OPTIONS:') && /^ {3}-/.test(line)) flags.push(readFlag(line.trim()));
  }
  return {
    commands: commands.filter((name) => name !== 'help'),
    flags: flags.filter(({ names }) => !names.includes('help')),
  };
}

function readFlag(line: string): HelpFlag {
  const [head = '', text = ''] = splitAtGap(line);
  const fallback = /\(default: "?([^")]*)"?\)/.exec(text)?.[1] ?? null;
  return {
    names: [...head.matchAll(/--?([a-z-]+)/g)].map((match) => match[1] ?? '').sort(),
    takesValue: / value\b/.test(head),
    env: /\[\$(\w+)\]$/.exec(text)?.[1] ?? null,
    fallback: fallback === '0' || fallback === 'tmp-file' ? null : fallback,
  };
}

function splitAtGap(line: string): readonly string[] {
  const gap = / {2,}/.exec(line);
  return gap === null ? [line] : [line.slice(0, gap.index), line.slice(gap.index + gap[0].length)];
}

/** The same, of our table; what sops does not have is left out. */
export function ownHelp(command: Command): readonly HelpFlag[] {
  return command.flags
    .filter((flag) => flag.beyond !== true && flag.name !== 'help')
    .map((flag) => ({
      names: [flag.name, ...(flag.aliases ?? [])].sort(),
      takesValue: flag.kind !== 'bool',
      env: flag.env ?? null,
      fallback: typeof flag.fallback === 'string' ? flag.fallback : null,
    }));
}

export function byName(flags: readonly HelpFlag[]): readonly HelpFlag[] {
  return [...flags].sort((one, other) => (one.names.join() < other.names.join() ? -1 : 1));
}
