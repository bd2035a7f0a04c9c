import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command } from '../command.ts';
import { readWorkspaceOptions, workspaceFlags } from '../flux-flags.ts';
import type { Values } from '../values.ts';

export interface FluxBuildRequest {
  /** `name` or `namespace/name`; none: all. */
  readonly names: readonly string[];
  /** `null`: the working tree. */
  readonly revision: string | null;
  /** `null`: on a terminal only. */
  readonly masked: boolean | null;
  readonly inventory: boolean;
  readonly json: boolean;
  readonly workspace: WorkspaceOptions;
}

export const command: Command<FluxBuildRequest> = {
  name: 'flux build',
  group: 'flux',
  summary: 'print what kustomize-controller would apply',
  usage: '[NAME…]',
  about: [
    'Builds Kustomizations as kustomize-controller does: generates, decrypts with the identities here, runs kustomize, puts variables in, adds the owner labels, and prints the objects in the order in which they are applied. NAME is a Kustomization, or namespace/name; without one, all are built.',
    'On a terminal the values of Secrets, and what comes from them, are shown as `*** (12 bytes)`; into a file or a pipe they are written in clear. Ends with 1 where one that was asked for cannot be built.',
  ],
  examples: [
    { line: 'sopskit flux build apps', says: 'what the Kustomization apps applies' },
    { line: 'sopskit flux build --inventory', says: 'the ids of all objects, by Kustomization' },
    { line: 'sopskit flux build apps --revision main --masked > before.yaml', says: 'as a branch has it' },
    { line: 'sopskit flux build --json --masked', says: 'for programs' },
  ],
  flags: [
    {
      name: 'revision',
      kind: 'text',
      value: 'REV',
      help: 'build a commit, branch or tag instead of the working tree',
      beyond: true,
    },
    {
      name: 'masked',
      kind: 'bool',
      help: 'hide the values of Secrets; so it is on a terminal',
      beyond: true,
    },
    { name: 'unmasked', kind: 'bool', help: 'show the values of Secrets, on a terminal too', beyond: true },
    { name: 'inventory', kind: 'bool', help: 'print only the ids, as inventories have them', beyond: true },
    { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    if (args.includes('')) throw new SopskitError('usage.invalid', 'the name of a Kustomization is empty');
    return {
      names: args,
      revision: values.text('revision'),
      masked: readMasked(values),
      inventory: values.bool('inventory'),
      json: values.bool('json'),
      workspace: readWorkspaceOptions(values),
    };
  },
  async run(request, context) {
    const { printBuilds } = await import('../flux-build.ts');
    return printBuilds(request, context);
  },
};

function readMasked(values: Values): boolean | null {
  const [masked, unmasked] = [values.bool('masked'), values.bool('unmasked')];
  if (masked && unmasked)
    throw new SopskitError('usage.conflict', '--masked and --unmasked exclude each other');
  if (masked || unmasked) return masked;
  return values.given('masked') ? false : null;
}
