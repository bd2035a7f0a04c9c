import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Command, CommandContext, Input } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readPath, readSource, readStdinText, rewrite } from '../streams.ts';
import { readTreePath } from '../tree-path.ts';

/** Where the JSON text of the new value is. */
export type ValueSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stdin' };

export interface SetRequest extends Settings {
  readonly file: string;
  /** Only the old flag form has it. */
  readonly filenameOverride: string | null;
  readonly path: Path;
  readonly value: ValueSource;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  /** Whether the file is left alone when it already has the value. */
  readonly idempotent: boolean;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<SetRequest> = {
  name: 'set',
  group: 'files',
  summary: 'set one value or branch of a file',
  usage: 'FILE PATH [VALUE]',
  about: [
    'VALUE is JSON: a string needs its double quotes. Other users of the machine can see the command line, so give secrets with --value-stdin or --value-file.',
  ],
  examples: [
    { line: `sopskit set secret.yaml '["data"]["user"]' '"admin"'`, says: 'set a string' },
    { line: `sopskit set secret.yaml '["list"][0]' '{"a": 1}'`, says: 'set a branch' },
    {
      line: `sopskit set --value-stdin secret.yaml '["data"]["password"]' < value.json`,
      says: 'read the value',
    },
  ],
  flags: [
    { name: 'value-file', kind: 'bool', help: 'VALUE is the name of a file that holds the value' },
    { name: 'value-stdin', kind: 'bool', help: 'read the value from standard input' },
    { name: 'idempotent', kind: 'bool', help: 'leave the file alone when it already has the value' },
    flags.inputType,
    flags.outputType,
    flags.threshold,
    flags.ignoreMac,
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const { values } = input;
    const { file, path, value } = readArguments(input);
    return {
      file,
      ...readSettings(values),
      filenameOverride: null,
      path: readTreePath(path, 'usage.set-value'),
      value,
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      idempotent: values.bool('idempotent'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const value = readValue(request.value, context);
    const source = readSource(context.system, request, 'file.missing');
    const operations = await context.operations();
    const { bytes, changed } = await operations.set(request, source, value);
    if (changed || !request.idempotent) rewrite(context, request.file, source, bytes);
    return 0;
  },
};

function readArguments({ values, args }: Input): { file: string; path: string; value: ValueSource } {
  const fromFile = values.bool('value-file');
  const fromStdin = values.bool('value-stdin');
  if (fromFile && fromStdin) {
    throw new SopskitError('usage.invalid', '--value-file and --value-stdin exclude each other');
  }
  const [file, path, text] = args;
  if (file === undefined || path === undefined || args.length !== (fromStdin ? 2 : 3)) {
    throw new SopskitError(
      'usage.no-file',
      `set takes ${fromStdin ? 'FILE PATH' : 'FILE PATH VALUE'}, not ${args.length} arguments`,
    );
  }
  if (text === undefined) return { file, path, value: { kind: 'stdin' } };
  return { file, path, value: fromFile ? { kind: 'file', file: text } : { kind: 'text', text } };
}

function readValue(value: ValueSource, { system }: CommandContext): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'stdin') return readStdinText(system);
  return new TextDecoder().decode(readPath(system, value.file, 'usage.invalid'));
}
