import { SopskitError } from '../../errors/sopskit-error.ts';
import type { MoveRequest } from '../../flux/restructure/move.ts';
import type { MovePathRequest } from '../../flux/restructure/move-path.ts';
import type { Command } from '../command.ts';
import { typedLine } from '../restructure-line.ts';
import {
  type RestructureOutput,
  readRestructureOutput,
  restructureFlags,
  runRestructure,
} from '../restructure-run.ts';

export interface MoveCommandRequest {
  readonly move:
    | { readonly kind: 'objects'; readonly request: MoveRequest }
    | { readonly kind: 'path'; readonly request: MovePathRequest };
  readonly output: RestructureOutput;
  readonly line: string;
}

export const command: Command<MoveCommandRequest> = {
  name: 'restructure move',
  group: 'flux',
  summary: 'move objects, or the folder of a Kustomization',
  usage: 'ITEM… --to KUSTOMIZATION | KUSTOMIZATION --to-path FOLDER',
  about: [
    "With --to: ITEM is a file, a folder, or an object (KIND/NAME, KIND/NAMESPACE/NAME). The Kustomization that has it is suspended until every object carries the new one's labels; where that cannot be (the new one waits for the old one), it stops pruning in git instead.",
    "With --to-path: the Kustomization's folder moves, and whatever names it is mended; of flux-system it is the sync path. Encrypted files go along: their creation rules are looked up at the new path, and they are sealed anew where those want other recipients.",
  ],
  examples: [
    {
      line: 'sopskit restructure move infrastructure/cilium --to network',
      says: 'a folder, from the one that builds it',
    },
    {
      line: 'sopskit restructure move HelmRelease/kube-system/cilium --from infrastructure --to network',
      says: 'one object',
    },
    {
      line: 'sopskit restructure move flux-system --to-path clusters/homelab --apply',
      says: 'the sync path itself',
    },
  ],
  flags: [
    { name: 'to', kind: 'text', value: 'KUSTOMIZATION', help: 'who is to have the objects', beyond: true },
    {
      name: 'from',
      kind: 'text',
      value: 'KUSTOMIZATION',
      help: 'who has them, where it cannot be told',
      beyond: true,
    },
    {
      name: 'folder',
      kind: 'text',
      value: 'FOLDER',
      completes: 'file',
      help: "with --to: folder that they move into, instead of the Kustomization's own",
      beyond: true,
    },
    {
      name: 'git-only',
      kind: 'bool',
      help: 'with --to: suspend nothing in the cluster; prune off, move and prune on are three commits',
      beyond: true,
    },
    {
      name: 'to-path',
      kind: 'text',
      value: 'FOLDER',
      completes: 'file',
      help: "the Kustomization's new folder",
      beyond: true,
    },
    ...restructureFlags,
  ],
  completes: 'file',
  beyond: true,
  parse({ values, args }) {
    const output = readRestructureOutput(values);
    const line = typedLine('restructure move', command.flags, values, args);
    const [to, path] = [values.text('to'), values.text('to-path')];
    if ((to === null) === (path === null))
      throw new SopskitError('usage.invalid', 'a move goes --to a Kustomization, or --to-path a folder', {
        hint: 'sopskit restructure move ITEM… --to KUSTOMIZATION',
      });
    if (args.length === 0) throw new SopskitError('usage.invalid', 'what is to be moved?');
    if (to !== null) {
      const [from, folder] = [values.text('from'), values.text('folder')];
      const request = { items: args, from, to, folder, gitOnly: values.bool('git-only') };
      return { move: { kind: 'objects', request }, output, line };
    }
    const [name = '', more] = args;
    if (more !== undefined || values.given('from') || values.given('folder') || values.given('git-only'))
      throw new SopskitError(
        'usage.invalid',
        '--to-path takes one Kustomization, and none of the flags of --to',
      );
    return { move: { kind: 'path', request: { name, to: path ?? '' } }, output, line };
  },
  async run({ move, output, line }, context) {
    if (move.kind === 'objects') {
      const { planMove, moveTitle } = await import('../../flux/restructure/move.ts');
      const { request } = move;
      return runRestructure(context, output, {
        title: moveTitle(request),
        line,
        kustomization: request.to,
        plan: (ground) => planMove(ground, request),
      });
    }
    const { planMovePath, movePathTitle } = await import('../../flux/restructure/move-path.ts');
    const { request } = move;
    return runRestructure(context, output, {
      title: movePathTitle(request),
      line,
      kustomization: request.name,
      plan: (ground) => planMovePath(ground, request),
    });
  },
};
