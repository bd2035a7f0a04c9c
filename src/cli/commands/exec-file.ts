import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type Program, readProgram } from '../program.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';

export interface ExecFileRequest extends Settings {
  readonly file: string;
  readonly program: Program;
  /** Whether the program gets a FIFO, which can be read once, and not a regular file. */
  readonly fifo: boolean;
  /** A plain file name, without folders; `null` is `tmp-file`. */
  readonly filename: string | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  readonly background: boolean;
  readonly user: string | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<ExecFileRequest> = {
  name: 'exec-file',
  group: 'programs',
  summary: 'run a program with the decrypted file as a temporary file',
  usage: 'FILE COMMAND | FILE -- PROGRAM ARGUMENT…',
  about: [
    'Each {} in the command becomes the path of the temporary file: a FIFO, which can be read once, or with --no-fifo a file in a private folder. It is removed when the program ends. The exit status is the program’s.',
  ],
  examples: [
    { line: `sopskit exec-file kubeconfig 'kubectl --kubeconfig {} get pods'`, says: 'in a shell' },
    { line: 'sopskit exec-file --no-fifo secret.json -- node app.js --config {}', says: 'without a shell' },
  ],
  flags: [
    { name: 'no-fifo', kind: 'bool', help: 'use a regular file: it can be read more than once' },
    { name: 'filename', kind: 'text', value: 'NAME', help: 'name of the temporary file (default: tmp-file)' },
    flags.inputType,
    flags.outputType,
    flags.user,
    flags.background,
    flags.beyond(flags.ignoreMac),
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const { values } = input;
    const { file, program } = readProgram(input, 'exec-file');
    return {
      file,
      program,
      ...readSettings(values),
      fifo: !values.bool('no-fifo'),
      filename: readName(values.text('filename')),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      background: values.bool('background'),
      user: values.text('user'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const { execFile } = await import('../exec-file.ts');
    return execFile(request, context);
  },
};

/** The temporary file must stay in its folder. */
function readName(name: string | null): string | null {
  if (name === null) return null;
  if (/[/\\:\0]/u.test(name) || name === '.' || name === '..') {
    throw new SopskitError('usage.invalid', '--filename takes a plain file name, without folders');
  }
  return name;
}
