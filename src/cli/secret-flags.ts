import { SopskitError } from '../errors/sopskit-error.ts';
import type { Flag } from './command.ts';
import * as flags from './flags.ts';
import type { Values } from './values.ts';

/** Where a new manifest goes. */
export const manifestOutput: Flag = {
  name: 'output',
  aliases: ['o'],
  kind: 'text',
  value: 'FILE',
  completes: 'file',
  help: 'write FILE; - is standard output',
};

/** Flags of the commands that write a new manifest. */
export const newFileFlags: readonly Flag[] = [
  { name: 'force', kind: 'bool', help: 'replace the file if it is there already' },
  { name: 'dry-run', kind: 'bool', help: 'print the encrypted manifest, and write nothing' },
  ...flags.keyserviceFlags,
  ...flags.settingFlags,
];

/** Flags of the commands that open one. */
export const openFlags: readonly Flag[] = [
  flags.inputType,
  flags.ignoreMac,
  flags.decryptionOrder,
  ...flags.keyserviceFlags,
  ...flags.settingFlags,
];

/** Which Secret of a file with several. */
export const whichFlags: readonly Flag[] = [
  { name: 'name', kind: 'text', value: 'NAME', help: 'the Secret of that name, in a file with several' },
  { name: 'namespace', aliases: ['n'], kind: 'text', value: 'NS', help: 'the Secret of that namespace' },
  { name: 'document', kind: 'int', value: 'N', help: 'the Secret in the Nth document, from 1' },
];

/** Flags that kubectl has and that put a value into the command line; known here so that the answer is a good one. */
export const valueFlags: readonly Flag[] = ['from-literal', 'docker-password', 'value'].map((name) => ({
  name,
  kind: 'list',
  help: 'refused: a value on the command line is no secret',
  hidden: true,
}));

/** How a value is given where nobody can be asked, by the flags that a command has. */
export const unasked = {
  create: 'Pipe the value in (--from-stdin KEY), or name a file that holds it (--from-file KEY=PATH).',
  set: 'Pipe the value in (--stdin), or name a file that holds it (--from-file PATH).',
} as const;

/** How a value is given instead of on the command line. */
const otherWays = {
  create:
    'Let sopskit ask (--prompt KEY), pipe the value in (--from-stdin KEY), or name a file (--from-file KEY=PATH).',
  set: 'Let sopskit ask (--prompt), pipe the value in (--stdin), or name a file (--from-file PATH).',
} as const;

/** Throws `usage.invalid` for a value on the command line, without repeating it. */
export function refuseValues(values: Values, command: keyof typeof otherWays): void {
  const given = valueFlags.find(({ name }) => values.list(name).length > 0);
  if (given !== undefined) throw valueInArguments(`--${given.name} is not taken`, command);
}

/** `what` must not hold the value. */
export function valueInArguments(what: string, command: keyof typeof otherWays): SopskitError {
  return new SopskitError(
    'usage.invalid',
    `${what}: every user of this machine can read a command line, and the shell keeps it in its history`,
    {
      hint: `${otherWays[command]} If the value was a real one, remove the line from the history of your shell.`,
    },
  );
}

/** Reads `KEY=VALUE` flags that are no secrets: labels and annotations. Throws `usage.invalid`. */
export function readPairs(values: Values, flag: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const text of values.list(flag)) {
    const cut = text.indexOf('=');
    if (cut <= 0) {
      throw new SopskitError('usage.invalid', `--${flag} takes NAME=VALUE`, {
        hint: `Such as --${flag} app.kubernetes.io/name=db; give the flag once for each.`,
      });
    }
    pairs.set(text.slice(0, cut), text.slice(cut + 1));
  }
  return pairs;
}
