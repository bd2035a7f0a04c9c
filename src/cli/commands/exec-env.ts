import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type Program, readProgram } from '../program.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';

export interface ExecEnvRequest extends Settings {
  readonly file: string;
  readonly program: Program;
  /** Whether the program gets the file's values only, not the current environment. */
  readonly pristine: boolean;
  readonly background: boolean;
  readonly sameProcess: boolean;
  readonly user: string | null;
  readonly inputType: FormatName | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<ExecEnvRequest> = {
  name: 'exec-env',
  group: 'programs',
  summary: 'run a program with the values of a file as variables',
  usage: 'FILE COMMAND | FILE -- PROGRAM ARGUMENT…',
  about: [
    'COMMAND is one string, run by the shell. After --, PROGRAM is run without a shell. The file must be flat: no maps and lists. The exit status is the program’s.',
    '--same-process needs Node 22.15 or later; before that, the program runs as a child, and signals are passed on to it.',
  ],
  examples: [
    { line: `sopskit exec-env secret.env 'psql "$DATABASE_URL"'`, says: 'in a shell' },
    { line: 'sopskit exec-env secret.env -- node server.js --port 80', says: 'without a shell' },
  ],
  flags: [
    { name: 'pristine', kind: 'bool', help: 'give the program the values of the file only' },
    flags.user,
    { name: 'same-process', kind: 'bool', help: 'become the program instead of starting it' },
    flags.background,
    flags.beyond(flags.inputType),
    flags.beyond(flags.ignoreMac),
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const { values } = input;
    const { file, program } = readProgram(input, 'exec-env');
    const background = values.bool('background');
    const sameProcess = values.bool('same-process');
    if (background && sameProcess) {
      throw new SopskitError('usage.conflict', '--same-process and --background exclude each other');
    }
    return {
      file,
      program,
      ...readSettings(values),
      pristine: values.bool('pristine'),
      background,
      sameProcess,
      user: values.text('user'),
      inputType: readType(input, 'input-type'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const { execEnv } = await import('../exec-env.ts');
    return execEnv(request, context);
  },
};
