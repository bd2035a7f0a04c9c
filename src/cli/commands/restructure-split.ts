import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SplitRequest } from '../../flux/restructure/split.ts';
import type { Command } from '../command.ts';
import { typedLine } from '../restructure-line.ts';
import {
  type RestructureOutput,
  readRestructureOutput,
  restructureFlags,
  runRestructure,
} from '../restructure-run.ts';

export interface SplitCommandRequest {
  readonly split: SplitRequest;
  readonly output: RestructureOutput;
  readonly line: string;
}

export const command: Command<SplitCommandRequest> = {
  name: 'restructure split',
  group: 'flux',
  summary: 'split a Kustomization, and delete nothing',
  usage: 'NAME INTO…',
  about: [
    'INTO is a new name, whose objects lie in the subfolder of that name, or NAME=ITEM[,ITEM…]: folders, files, or objects as KIND/NAME. Every object of the old Kustomization has to be in exactly one new one.',
    'The old one stops pruning first; when that is seen live, one commit takes it out and puts the new ones in. Without --apply the steps are shown with the commands.',
  ],
  examples: [
    { line: 'sopskit restructure split infrastructure cilium cert-manager', says: 'by subfolders' },
    {
      line: 'sopskit restructure split infrastructure controllers=cilium,cert-manager configs=issuers.yaml --in-order --apply',
      says: 'configs wait for controllers; carried out',
    },
  ],
  flags: [
    {
      name: 'into',
      kind: 'list',
      value: 'NAME=ITEM[,ITEM…]',
      help: 'the same as an INTO behind the name',
      beyond: true,
    },
    {
      name: 'after',
      kind: 'list',
      value: 'NAME=NAME[,NAME…]',
      help: 'which new one waits for which (dependsOn)',
      beyond: true,
    },
    { name: 'in-order', kind: 'bool', help: 'each new one waits for the one named before it', beyond: true },
    ...restructureFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    const [name, ...typed] = args;
    const into = [...typed, ...values.list('into')].map(readInto);
    if (name === undefined || into.length === 0)
      throw new SopskitError('usage.invalid', 'what is split, and into what?', {
        hint: 'sopskit restructure split infrastructure cilium cert-manager',
      });
    const names = into.map((part) => part.name);
    const after = readAfter(values.list('after'), names);
    if (values.bool('in-order'))
      for (const [index, one] of names.entries()) {
        const before = names[index - 1];
        if (before !== undefined) after.set(one, [...(after.get(one) ?? []), before]);
      }
    return {
      split: { name, into, after },
      output: readRestructureOutput(values),
      line: typedLine('restructure split', command.flags, values, args),
    };
  },
  async run({ split, output, line }, context) {
    const { planSplit, splitTitle } = await import('../../flux/restructure/split.ts');
    return runRestructure(context, output, {
      title: splitTitle(split),
      line,
      kustomization: split.name,
      plan: (ground) => planSplit(ground, split),
    });
  },
};

function readInto(typed: string): SplitRequest['into'][number] {
  const equals = typed.indexOf('=');
  const name = equals < 0 ? typed : typed.slice(0, equals);
  const items =
    equals < 0
      ? []
      : typed
          .slice(equals + 1)
          .split(',')
          .filter((item) => item !== '');
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return { name, items };
  throw new SopskitError('usage.invalid', `${JSON.stringify(name)} is no name for a Kustomization`, {
    hint: 'NAME or NAME=ITEM,ITEM; lower case letters, digits and `-`.',
  });
}

function readAfter(typed: readonly string[], names: readonly string[]): Map<string, readonly string[]> {
  const after = new Map<string, readonly string[]>();
  for (const one of typed) {
    const [name = '', list = ''] = one.split('=');
    const before = list.split(',').filter((part) => part !== '');
    if (!names.includes(name) || before.length === 0)
      throw new SopskitError(
        'usage.invalid',
        `--after ${one}: ${JSON.stringify(name)} is none of the new names, or waits for nothing`,
        {
          hint: `Write it as --after ${names[1] ?? 'b'}=${names[0] ?? 'a'}.`,
        },
      );
    after.set(name, [...(after.get(name) ?? []), ...before]);
  }
  return after;
}
