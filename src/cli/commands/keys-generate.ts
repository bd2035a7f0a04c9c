import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { refusePrivate } from '../private-argument.ts';
import { absolute } from '../streams.ts';

export interface KeysGenerateRequest {
  /** As typed; `-` is standard output, `null` the default key file. */
  readonly output: string | null;
  readonly postQuantum: boolean;
  readonly json: boolean;
}

export const command: Command<KeysGenerateRequest> = {
  name: 'keys generate',
  group: 'keys',
  summary: 'make an age identity and save it where sops looks',
  usage: '',
  about: [
    'Prints the public half, the recipient, on standard output. The identity is added to the default key file of sops (made with mode 0600 where there is none); with --output it becomes a file of its own, which must not exist.',
    'Keep a copy of the key file where you keep passwords: nothing else opens what is encrypted for it alone.',
  ],
  examples: [
    { line: 'sopskit keys generate', says: 'into the default key file' },
    { line: 'sopskit keys generate --output cluster.agekey', says: 'for a cluster: a file of its own' },
  ],
  flags: [
    { ...flags.output, help: 'write a new key file; - is standard output' },
    {
      name: 'post-quantum',
      kind: 'bool',
      help: 'a key that quantum computers do not break (needs age 1.3, sops 3.12, Flux 2.9)',
    },
    { name: 'json', kind: 'bool', help: 'print {"recipient", "file", "appended"} as JSON' },
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    const output = values.text('output');
    refusePrivate([...args, output]);
    if (args.length > 0) throw takesNoFile();
    if (output === null && values.given('output'))
      throw new SopskitError('usage.invalid', '--output takes the name of a file', {
        hint: 'Leave it out for the default key file.',
      });
    const json = values.bool('json');
    if (json && output === '-')
      throw new SopskitError('usage.conflict', '--json and the key file cannot both go to standard output');
    return { output, postQuantum: values.bool('post-quantum'), json };
  },
  async run(request, { system, terminal }) {
    const { generateIdentity } = await import('../../keys/age/generate.ts');
    const { saveInDefaultFile, saveInNewFile } = await import('../../keys/age/key-file.ts');
    const { shellWord } = await import('../../repository/check/shell-word.ts');
    const { recipient, file } = await generateIdentity(system, request.postQuantum ? 'hybrid' : 'x25519');
    try {
      if (request.output === '-') {
        file.lend((bytes) => terminal.write(bytes));
        terminal.tell(`Public key: ${recipient}`);
        return 0;
      }
      const saved =
        request.output === null
          ? saveInDefaultFile(system, file)
          : saveInNewFile(system, absolute(system, request.output), file);
      terminal.tell(`${saved.appended ? 'Added to' : 'Saved in'} ${saved.path}`);
      if (saved.open)
        terminal.tell(`warning: others can read this key file; close it: chmod 600 ${shellWord(saved.path)}`);
      if (request.output !== null)
        terminal.tell(`To decrypt with it: export SOPS_AGE_KEY_FILE=${shellWord(saved.path)}`);
      const { path, appended } = saved;
      terminal.write(
        request.json ? `${JSON.stringify({ recipient, file: path, appended })}\n` : `${recipient}\n`,
      );
      return 0;
    } finally {
      file.wipe();
    }
  },
};

function takesNoFile(): SopskitError {
  return new SopskitError('usage.invalid', 'keys generate takes no argument', {
    hint: 'Name the file with --output FILE.',
  });
}
