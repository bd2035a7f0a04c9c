import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command, Input } from '../command.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import type { WhichSecret } from '../secret-choice.ts';
import { openFlags, refuseValues, valueFlags, valueInArguments, whichFlags } from '../secret-flags.ts';
import { readSettings, type Settings } from '../settings.ts';

/** Where the new value comes from. `auto` asks on a terminal, and reads standard input where that is none. */
export type SetSource =
  | { readonly kind: 'auto' | 'stdin'; readonly trim: boolean; readonly allowEmpty: boolean }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'file'; readonly file: string };

export interface SecretSetRequest extends Settings, WhichSecret {
  readonly file: string;
  readonly key: string;
  readonly source: SetSource;
  readonly inputType: FormatName | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<SecretSetRequest> = {
  name: 'secret set',
  group: 'repository',
  summary: 'set one value of an encrypted Secret, given as text',
  usage: 'FILE KEY',
  about: [
    'The value is asked for without showing it, or read from standard input where that is no terminal: byte for byte, a line break at its end included. A value of data is written back as base64, one of stringData as text; a new key goes into data.',
    'Only the line of the value changes, and the MAC.',
  ],
  examples: [
    { line: 'sopskit secret set db.yaml password', says: 'ask for the new value' },
    { line: `printf %s "$TOKEN" | sopskit secret set db.yaml token`, says: 'take it from a pipe' },
    { line: 'sopskit secret set web.yaml tls.key --from-file tls.key', says: 'from a file' },
    { line: 'sopskit secret set db.yaml token --remove', says: 'remove the key' },
  ],
  flags: [
    { name: 'stdin', kind: 'bool', help: 'read standard input' },
    { name: 'from-file', kind: 'text', value: 'PATH', completes: 'file', help: 'take the bytes of a file' },
    { name: 'prompt', kind: 'bool', help: 'ask, even where standard input is no terminal' },
    { name: 'remove', kind: 'bool', help: 'remove the key' },
    { name: 'trim', kind: 'bool', help: 'leave out one line break at the end of standard input' },
    { name: 'allow-empty', kind: 'bool', help: 'take an empty value' },
    ...whichFlags,
    ...openFlags,
    ...valueFlags.filter(({ name }) => name !== 'docker-password'),
  ],
  statuses: sealedStatuses,
  beyond: true,
  parse(input) {
    const { values } = input;
    refuseValues(values, 'set');
    return {
      ...readArguments(input),
      ...readSettings(values),
      name: values.text('name'),
      namespace: values.text('namespace'),
      document: values.int('document'),
      source: readSetSource(input),
      inputType: readType(input, 'input-type'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const { setSecretValue } = await import('../secret-set.ts');
    return setSecretValue(request, context);
  },
};

function readArguments({ args }: Input): { file: string; key: string } {
  const [file, key, ...more] = args;
  if (file === undefined || key === undefined) {
    throw new SopskitError('usage.invalid', 'secret set takes FILE KEY', {
      hint: '`sopskit secret show FILE` lists the keys of a file.',
    });
  }
  if (more.length > 0) throw valueInArguments('secret set takes FILE KEY, and no value behind them', 'set');
  return { file, key };
}

function readSetSource({ values }: Input): SetSource {
  const file = values.text('from-file');
  const given = [
    values.bool('stdin') ? 'stdin' : null,
    file === null ? null : 'file',
    values.bool('prompt') ? 'prompt' : null,
    values.bool('remove') ? 'remove' : null,
  ].filter((kind) => kind !== null);
  if (given.length > 1) {
    throw new SopskitError(
      'usage.conflict',
      '--stdin, --from-file, --prompt and --remove exclude each other',
    );
  }
  const [kind = 'auto'] = given;
  if (kind === 'file' && file !== null) return { kind, file };
  if (kind === 'prompt' || kind === 'remove') return { kind };
  return {
    kind: kind === 'stdin' ? 'stdin' : 'auto',
    trim: values.bool('trim'),
    allowEmpty: values.bool('allow-empty'),
  };
}
