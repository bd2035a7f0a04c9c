import { basename } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { readPath } from '../streams.ts';

export interface GitTextconvRequest {
  /** `null` is standard input. */
  readonly file: string | null;
  /** What the format is told from, and what messages call the file. */
  readonly name: string;
  readonly redacted: boolean;
  readonly access: KeyAccess;
}

export const command: Command<GitTextconvRequest> = {
  name: 'git textconv',
  group: 'repository',
  summary: 'print a file as git diff is to show it',
  usage: '[FILE]',
  about: [
    'Prints the plaintext, and below it, as comments, who can open the file: a diff shows recipients that were added, too. No creation rule is needed, and the MAC is not checked. A file that is not encrypted is printed as it is, and so is one that cannot be opened here; that is then said on standard error. Without FILE, standard input is read.',
  ],
  examples: [
    { line: 'sopskit git textconv secret.yaml', says: 'what git diff compares' },
    { line: 'sopskit git textconv --redacted secret.yaml', says: 'which keys, not values; needs no key' },
  ],
  flags: [
    {
      name: 'name',
      kind: 'text',
      value: 'NAME',
      help: 'name of the file, which tells its format (default: FILE)',
    },
    {
      name: 'redacted',
      kind: 'bool',
      help: 'for each value, print its type and a tag that changes with its ciphertext',
    },
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
  ],
  beyond: true,
  parse(input) {
    const [file = null, ...more] = input.args;
    if (more.length > 0) throw new SopskitError('usage.invalid', 'git textconv takes one file');
    return {
      file,
      name: input.values.text('name') ?? file ?? '',
      redacted: input.values.bool('redacted'),
      access: readKeyAccess(input.values),
    };
  },
  async run({ file, name, redacted, access }, { system, terminal }) {
    const bytes = file === null ? system.files.readStdin() : readPath(system, file, 'file.missing');
    const { plainView, redactedView } = await import('../../repository/git-setup/diff-view.ts');
    const { isUnreadable } = await import('../../repository/merge/side.ts');
    const { Workbench } = await import('../operations/workbench.ts');
    try {
      const view = redacted
        ? redactedView(name, bytes)
        : plainView(name, bytes, { system, keyring: new Workbench(system).keyring(access) });
      terminal.write(await view);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const [first] = error.message.split('\n');
      // git hands over a copy in a temporary folder, under the file's own name
      const shown = printablePath(basename(name)) || 'standard input';
      terminal.tell(`sopskit: ${shown} is shown encrypted: ${first}`);
      terminal.write(bytes);
    }
    return 0;
  },
};
