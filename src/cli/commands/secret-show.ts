import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command, Input } from '../command.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import type { WhichSecret } from '../secret-choice.ts';
import { openFlags, whichFlags } from '../secret-flags.ts';
import { readSettings, type Settings } from '../settings.ts';

export interface SecretShowRequest extends Settings, WhichSecret {
  readonly file: string;
  /** What is printed in clear; `null` prints no value. */
  readonly reveal: Reveal | null;
  readonly json: boolean;
  readonly inputType: FormatName | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

/** One key, or all where it is `null`. */
export interface Reveal {
  readonly key: string | null;
}

export const command: Command<SecretShowRequest> = {
  name: 'secret show',
  group: 'repository',
  summary: 'show the keys of a Secret, without the values',
  usage: 'FILE|-',
  about: [
    'Shows for whom the file is encrypted, and of each value its key, its length and whether it is text. Without a key that opens the file the length is the most it can be.',
    '--reveal prints one value as a container would see it, with nothing added. With - for the file it is read from standard input.',
  ],
  examples: [
    { line: 'sopskit secret show db.yaml', says: 'the keys' },
    { line: 'sopskit secret show db.yaml --reveal password', says: 'one value, decoded' },
  ],
  flags: [
    { name: 'reveal', kind: 'text', value: 'KEY', help: 'print the value of KEY, decoded' },
    { name: 'reveal-all', kind: 'bool', help: 'print all values, decoded, as YAML' },
    { name: 'json', kind: 'bool', help: 'print one JSON document, without values' },
    ...whichFlags,
    ...openFlags,
  ],
  statuses: sealedStatuses,
  beyond: true,
  parse(input) {
    const { values, args } = input;
    const [file, ...more] = args;
    if (file === undefined) throw new SopskitError('usage.no-file', 'secret show takes a file');
    if (more.length > 0) throw new SopskitError('usage.invalid', 'secret show takes one file');
    const reveal = readReveal(input);
    const json = values.bool('json');
    if (json && reveal !== null) {
      throw new SopskitError('usage.conflict', '--reveal prints values as they are, and not as JSON', {
        hint: '`sopskit decrypt --output-type json FILE` prints the manifest with its values as JSON.',
      });
    }
    return {
      file,
      ...readSettings(values),
      name: values.text('name'),
      namespace: values.text('namespace'),
      document: values.int('document'),
      reveal,
      json,
      inputType: readType(input, 'input-type'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const { showSecret } = await import('../secret-show.ts');
    return showSecret(request, context);
  },
};

function readReveal({ values }: Input): Reveal | null {
  const key = values.text('reveal');
  const all = values.bool('reveal-all');
  if (all && key !== null)
    throw new SopskitError('usage.conflict', '--reveal and --reveal-all exclude each other');
  return all || key !== null ? { key } : null;
}
