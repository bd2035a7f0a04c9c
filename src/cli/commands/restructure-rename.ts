import { SopskitError } from '../../errors/sopskit-error.ts';
import type { RenameRequest } from '../../flux/restructure/rename.ts';
import type { Command } from '../command.ts';
import { typedLine } from '../restructure-line.ts';
import {
  type RestructureOutput,
  readRestructureOutput,
  restructureFlags,
  runRestructure,
} from '../restructure-run.ts';

export interface RenameCommandRequest {
  readonly rename: RenameRequest;
  readonly output: RestructureOutput;
  readonly line: string;
}

export const command: Command<RenameCommandRequest> = {
  name: 'restructure rename',
  group: 'flux',
  summary: 'give a Kustomization or an object another name',
  usage: 'OLD NEW',
  about: [
    'OLD is a Kustomization, or an object as KIND/NAME or KIND/NAMESPACE/NAME. A Kustomization keeps all its objects, and what names it is mended.',
    'An object of another name is another object: the new one comes first, then the old one is deleted, as the plan shows. Kinds whose deletion takes data with it (Namespace, PersistentVolumeClaim, StatefulSet …) are refused, with the way to do it.',
  ],
  examples: [
    { line: 'sopskit restructure rename infrastructure platform', says: 'shows the steps' },
    {
      line: 'sopskit restructure rename HelmRelease/apps/podinfo demo --apply',
      says: 'keeps the Helm release',
    },
  ],
  flags: restructureFlags,
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    const [old, name, more] = args;
    if (old === undefined || name === undefined || more !== undefined)
      throw new SopskitError('usage.invalid', 'rename takes two names: the old one and the new one', {
        hint: 'sopskit restructure rename infrastructure platform',
      });
    const line = typedLine('restructure rename', command.flags, values, args);
    return { rename: { old, name }, output: readRestructureOutput(values), line };
  },
  async run({ rename, output, line }, context) {
    const { planRename, renameTitle } = await import('../../flux/restructure/rename.ts');
    return runRestructure(context, output, {
      title: renameTitle(rename),
      line,
      kustomization: rename.old.includes('/') ? null : rename.old,
      plan: (ground) => planRename(ground, rename),
    });
  },
};
