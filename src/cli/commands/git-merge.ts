import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Environment } from '../../system/environment.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';

export interface GitMergeRequest {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly markerSize: number;
  readonly path: string;
  /** What git calls the sides; `null` where it does not say. */
  readonly labels: Readonly<Record<'base' | 'ours' | 'theirs', string | null>>;
  readonly isInner: boolean;
  readonly access: KeyAccess;
}

export const command: Command<GitMergeRequest> = {
  name: 'git merge',
  group: 'repository',
  summary: 'the merge driver that git calls; git install sets it up',
  usage: 'BASE OURS THEIRS [SIZE] [PATH] [LABEL…]',
  about: [
    'SIZE is that of conflict markers; the LABELs are those of base, ours and theirs. Opens the three versions, merges them by their keys and writes the result, encrypted, to OURS. Values that did not change keep their ciphertext. Ends with 1 where both sides changed the same value: OURS then holds our side there, and `sopskit git resolve PATH` opens the conflict in the editor.',
    'A file that is not encrypted, or cannot be opened here, is merged as git merges it.',
  ],
  examples: [
    { line: 'sopskit git merge %O %A %B %L %P %S %X %Y', says: 'what git has as merge.sopskit.driver' },
  ],
  flags: [
    { name: 'inner', kind: 'bool', help: 'merge common ancestors, as merge.sopskit.recursive does' },
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
  ],
  // the settings of `git install` merge the lines where the driver ends in anything but 0 and 1
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ args, values }) {
    const [base, ours, theirs, size = '', path, ...labels] = args;
    if (base === undefined || ours === undefined || theirs === undefined)
      throw new SopskitError('usage.no-file', 'three files are needed: the common ancestor, ours and theirs');
    return {
      base,
      ours,
      theirs,
      markerSize: /^[1-9][0-9]{0,3}$/.test(size) ? Number(size) : 7,
      path: path ?? ours,
      labels: {
        base: label(labels[0], '%S'),
        ours: label(labels[1], '%X'),
        theirs: label(labels[2], '%Y'),
      },
      isInner: values.bool('inner'),
      access: readKeyAccess(values),
    };
  },
  async run({ base, ours, theirs, access, ...given }, { system, terminal }) {
    const { Workbench } = await import('../operations/workbench.ts');
    const { driveMerge } = await import('../../repository/merge/merge-driver.ts');
    const makeKeyring = () => new Workbench(system).keyring(access);
    const labels = {
      base: given.labels.base ?? 'base',
      ours: given.labels.ours ?? 'HEAD',
      theirs: given.labels.theirs ?? mergedBranch(system.env) ?? 'theirs',
    };
    const request = { ...given, labels, files: { base, ours, theirs } };
    const clean = await driveMerge(request, system, makeKeyring, terminal.tell);
    return clean ? 0 : 1;
  },
};

/** git before 2.44 does not know the labels, and hands the letters on as they stand. */
function label(text: string | undefined, letters: string): string | null {
  return text === undefined || text === letters ? null : text;
}

/** The branch that `git merge` merges: it tells its name to the programs that it starts. */
function mergedBranch(env: Environment): string | null {
  const names = Object.entries(env.all()).flatMap(([name, value]) =>
    name.startsWith('GITHEAD_') ? [value] : [],
  );
  return names.length === 1 ? (names[0] ?? null) : null;
}
