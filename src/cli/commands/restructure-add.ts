import { SopskitError } from '../../errors/sopskit-error.ts';
import type { AddRequest } from '../../flux/restructure/add.ts';
import type { Command } from '../command.ts';
import { typedLine } from '../restructure-line.ts';
import {
  type RestructureOutput,
  readRestructureOutput,
  restructureFlags,
  runRestructure,
} from '../restructure-run.ts';

export interface AddCommandRequest {
  readonly add: AddRequest;
  readonly output: RestructureOutput;
  readonly line: string;
}

export const command: Command<AddCommandRequest> = {
  name: 'restructure add',
  group: 'flux',
  summary: 'put a Kustomization over a folder',
  usage: 'FOLDER',
  about: [
    'Writes its manifest as those of its siblings are written, lists it where they are listed, and gives it decryption where encrypted files lie in the folder. Refuses a folder that a Kustomization builds already.',
    '--after delays it until an object is ready: the Kustomization that applies the object gets a health check, and the new one depends on that Kustomization. (Health checks of the new one itself would not hold it back.)',
  ],
  examples: [
    { line: 'sopskit restructure add apps/demo', says: 'named demo' },
    {
      line: 'sopskit restructure add infrastructure/policies --after HelmRelease/kyverno/kyverno --apply',
      says: 'applied when the release is ready',
    },
  ],
  flags: [
    { name: 'name', kind: 'text', value: 'NAME', help: "its name, instead of the folder's", beyond: true },
    {
      name: 'depends-on',
      kind: 'list',
      value: 'NAME',
      help: 'a Kustomization that it waits for',
      beyond: true,
    },
    {
      name: 'after',
      kind: 'list',
      value: 'KIND/NAMESPACE/NAME',
      help: 'an object that has to be ready first: HelmRelease/kyverno/kyverno',
      beyond: true,
    },
    ...restructureFlags,
  ],
  completes: 'file',
  beyond: true,
  parse({ values, args }) {
    const [path, more] = args;
    if (path === undefined || more !== undefined)
      throw new SopskitError('usage.invalid', 'add takes one folder', {
        hint: 'sopskit restructure add apps/demo',
      });
    const line = typedLine('restructure add', command.flags, values, args);
    const add = {
      path,
      name: values.text('name'),
      dependsOn: values.list('depends-on'),
      after: values.list('after'),
    };
    return { add, output: readRestructureOutput(values), line };
  },
  async run({ add, output, line }, context) {
    const { planAdd, addTitle } = await import('../../flux/restructure/add.ts');
    return runRestructure(context, output, {
      title: addTitle(add),
      line,
      kustomization: null,
      plan: (ground) => planAdd(ground, add),
    });
  },
};
