import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { noFile } from '../target.ts';

export interface GitResolveRequest {
  readonly files: readonly string[];
  readonly side: 'ours' | 'theirs' | null;
  readonly access: KeyAccess;
}

export const command: Command<GitResolveRequest> = {
  name: 'git resolve',
  group: 'repository',
  summary: 'settle a merge conflict of encrypted files in the editor',
  usage: 'PATH…',
  about: [
    'Opens the conflict with its markers in $SOPS_EDITOR or $EDITOR, decrypted, in a private temporary file; then encrypts the result, writes the file and adds it to the index. Values that are as they were keep their ciphertext.',
    'A folder or a glob stands for all encrypted files in conflict below it. Where one file cannot be settled, the others are.',
    'It works as well where the merge was made without a key, or without the merge driver: the three versions are then taken from the index.',
  ],
  examples: [
    { line: 'sopskit git resolve secret.yaml', says: 'in the editor' },
    { line: 'sopskit git resolve --theirs secret.yaml', says: 'their side wherever both changed a value' },
  ],
  flags: [
    { name: 'ours', kind: 'bool', help: 'take our side at every conflict; all else stays merged' },
    { name: 'theirs', kind: 'bool', help: 'take their side at every conflict; all else stays merged' },
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
  ],
  beyond: true,
  parse({ args, values }) {
    if (args.length === 0) throw noFile();
    if (values.bool('ours') && values.bool('theirs'))
      throw new SopskitError('usage.conflict', '--ours and --theirs exclude each other');
    const side = values.bool('ours') ? 'ours' : values.bool('theirs') ? 'theirs' : null;
    return { files: args, side, access: readKeyAccess(values) };
  },
  async run({ files, side, access }, context) {
    const { Git } = await import('../../repository/git/git.ts');
    const { Workbench } = await import('../operations/workbench.ts');
    const { resolveAll, resolveFile } = await import('../resolve-file.ts');
    const { system } = context;
    const { namedConflicts } = await import('../named-conflicts.ts');
    const { requireGit } = await import('../../repository/git/git-run.ts');
    requireGit(system);
    const git = await Git.open(system, system.files.cwd);
    if (git === null) throw new SopskitError('git.no-repository', 'this folder is in no git repository');
    try {
      const keyring = new Workbench(system).keyring(access);
      const named = await namedConflicts(files, git, context);
      if (named.length === 1 && named[0] !== undefined) {
        await resolveFile(named[0], { git, keyring, side }, context);
        return 0;
      }
      return await resolveAll(named, { git, keyring, side }, context);
    } finally {
      await git.close();
    }
  },
};
