import { SopskitError } from '../../errors/sopskit-error.ts';
import { withoutIdentities } from '../../errors/without-identities.ts';
import type { Command } from '../command.ts';

export interface KeysListRequest {
  readonly runCommands: boolean;
  readonly json: boolean;
}

export const command: Command<KeysListRequest> = {
  name: 'keys list',
  group: 'keys',
  summary: 'show which private keys are found, and where was looked',
  usage: '',
  about: [
    'Shows public halves only: every age, SSH and PGP key that sops and sopskit would use, and every place where they look. Passphrases are not asked for, and the commands of SOPS_AGE_KEY_CMD and SOPS_AGE_SSH_PRIVATE_KEY_CMD are not run unless --run-commands is given.',
  ],
  examples: [{ line: 'sopskit keys list', says: 'what is here, and where was looked' }],
  flags: [
    {
      name: 'run-commands',
      kind: 'bool',
      help: 'run the commands that SOPS_AGE_KEY_CMD and its like name',
    },
    { name: 'json', kind: 'bool', help: 'print JSON: {"identities", "places"}' },
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    if (args.length > 0) throw takesNoFile();
    return { runCommands: values.bool('run-commands'), json: values.bool('json') };
  },
  async run({ runCommands, json }, { system, terminal }) {
    const { countIdentities, findPlaces } = await import('../../repository/doctor/places.ts');
    const { placesDocument, placesText } = await import('../../repository/doctor/places-text.ts');
    const { listed } = await findPlaces(system, { runCommands });
    const text = json ? `${JSON.stringify(placesDocument(listed), null, 2)}\n` : placesText(listed);
    terminal.write(withoutIdentities(text));
    if (countIdentities(listed) === 0)
      terminal.tell('No private key was found. To make one: sopskit keys generate');
    return 0;
  },
};

function takesNoFile(): SopskitError {
  return new SopskitError('usage.invalid', 'keys list takes no argument', {
    hint: 'To see why a file does not open: sopskit keys doctor FILE',
  });
}
