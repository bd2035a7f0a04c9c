import { SopskitError } from '../../errors/sopskit-error.ts';
import { withoutIdentities } from '../../errors/without-identities.ts';
import type { Command } from '../command.ts';
import { refusePrivate } from '../private-argument.ts';

export interface KeysDoctorRequest {
  /** `null` checks the keys of this machine. */
  readonly file: string | null;
  readonly json: boolean;
}

export const command: Command<KeysDoctorRequest> = {
  name: 'keys doctor',
  group: 'keys',
  summary: 'say why a file does not open, and what to do',
  usage: '[FILE]',
  about: [
    'Does what decrypt does, and tells of each recipient of the file whether its key is here and opens it, where keys were looked for, and what looks like a slip: a path where a key belongs, a key file that others can read. Prints no value of the file. The exit status is 0 when the file opens.',
    'Without a file it checks the keys of this machine.',
  ],
  examples: [
    { line: 'sopskit keys doctor secret.yaml', says: 'why this file does not open' },
    { line: 'sopskit keys doctor', says: 'whether keys are found at all' },
  ],
  flags: [{ name: 'json', kind: 'bool', help: 'print JSON (docs/keys.md says its shape)' }],
  beyond: true,
  parse({ args, values }) {
    refusePrivate(args);
    if (args.length > 1) {
      throw new SopskitError('usage.invalid', 'keys doctor takes one file', {
        hint: 'For many files: sopskit keys audit',
      });
    }
    return { file: args[0] ?? null, json: values.bool('json') };
  },
  async run({ file, json }, { system, terminal }) {
    const diagnosis =
      file === null
        ? await (await import('../../repository/doctor/diagnose-machine.ts')).diagnoseMachine(system)
        : await (await import('../../repository/doctor/diagnose-file.ts')).diagnoseFile(system, file);
    const { diagnosisDocument, diagnosisText } = await import('../../repository/doctor/diagnosis-text.ts');
    const text = json
      ? `${JSON.stringify(diagnosisDocument(diagnosis), null, 2)}\n`
      : diagnosisText(diagnosis);
    terminal.write(withoutIdentities(text));
    return diagnosis.opens ? 0 : 1;
  },
};
