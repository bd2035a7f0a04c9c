import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command } from '../command.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';
import type { Values } from '../values.ts';
import { version } from '../version.ts';

export interface FluxPlanRequest {
  readonly workspace: WorkspaceOptions;
  /** `BASE..HEAD`, as typed; `null`: `HEAD` against the working tree. */
  readonly range: string | null;
  /** `Kind/namespace/name`, as typed. */
  readonly unmoved: readonly string[];
  /** Where the cluster is that takes the place of the base; `null`: none is asked. */
  readonly live: ConnectionOptions | null;
  readonly format: 'text' | 'json' | 'github' | 'markdown';
  readonly all: boolean;
}

export const command: Command<FluxPlanRequest> = {
  name: 'flux plan',
  group: 'flux',
  summary: 'say what a change does, and what it deletes',
  usage: '[BASE..HEAD]',
  about: [
    'Reads both states as the controllers do, and says what becomes of every object: created, changed, moved between Kustomizations, left without an owner, or deleted, in any order in which the controllers may act. For each deletion: why, what else falls with it, and the safe way. Without a range HEAD against the working tree; one revision: that against the working tree; A...B: from their common ancestor.',
    'Ends with 0 where nothing is deleted or orphaned and all is known, 1 where something is (or a Kustomization that worked would fail), 3 where it cannot be told, 2 where it could not look. Contacts nothing but the cluster, and that only with --live.',
  ],
  examples: [
    { line: 'sopskit flux plan', says: 'what the changes since the last commit would do' },
    { line: 'sopskit flux plan origin/main...HEAD', says: 'what a branch would do' },
    { line: 'sopskit flux plan --live --cluster homelab', says: 'against what the cluster has now' },
    { line: 'sopskit flux plan origin/main...HEAD --markdown > comment.md', says: 'for a pull request' },
  ],
  flags: [
    {
      name: 'live',
      kind: 'bool',
      help: 'ask the cluster for inventories and labels, instead of what the base builds',
    },
    {
      name: 'unmoved',
      kind: 'list',
      value: 'SOURCE',
      help: 'a source of other content that does not move with this change: OCIRepository/flux-system/apps',
    },
    { name: 'all', kind: 'bool', help: 'list every object and every order of events' },
    { name: 'json', kind: 'bool', help: 'print one JSON document' },
    { name: 'github', kind: 'bool', help: 'print annotations for a GitHub workflow' },
    { name: 'markdown', kind: 'bool', help: 'print a comment for a pull request' },
    ...workspaceFlags,
    ...connectionFlags,
  ],
  completes: 'none',
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ args, values }) {
    const [range = null, second] = args;
    if (range === '')
      throw new SopskitError('usage.invalid', 'the range is empty', {
        hint: 'Give BASE..HEAD, or nothing for HEAD against the working tree. Is a variable of a script not set?',
      });
    if (second !== undefined)
      throw new SopskitError('usage.invalid', `flux plan takes one range, and got ${args.length}`, {
        hint: `Join them: sopskit flux plan ${args[0]}..${second}`,
      });
    return {
      workspace: readWorkspaceOptions(values),
      unmoved: readSources(values),
      range,
      live: readLive(values),
      format: readFormat(values),
      all: values.bool('all'),
    };
  },
  async run(request, { system, terminal }) {
    const { planRepository } = await import('../../operations/plan-repository.ts');
    const plan = await planRepository(system, request);
    const { printPlan, statusOf } = await import('../../flux/plan/print-plan.ts');
    const { format, all } = request;
    terminal.write(printPlan(plan, format, { colour: terminal.colours.output, all, version }));
    return statusOf(plan);
  },
};

function readSources(values: Values): readonly string[] {
  return values.list('unmoved').map((source) => {
    if (/^[A-Za-z]+\/[^/]+\/[^/]+$/.test(source)) return source;
    throw new SopskitError('usage.invalid', `--unmoved ${JSON.stringify(source)} is no source`, {
      hint: 'Write KIND/NAMESPACE/NAME, as the plan names it: OCIRepository/flux-system/apps.',
    });
  });
}

function readLive(values: Values): ConnectionOptions | null {
  const options = readConnectionOptions(values);
  if (values.bool('live')) return options;
  const given = ['kubeconfig', 'context', 'as'].find((name) => values.text(name) !== null);
  if (given !== undefined)
    throw new SopskitError('usage.conflict', `--${given} says how to reach a cluster, and none is asked`, {
      hint: 'Add --live.',
    });
  return null;
}

function readFormat(values: Values): FluxPlanRequest['format'] {
  const asked = (['json', 'github', 'markdown'] as const).filter((name) => values.bool(name));
  const [format = 'text', second] = asked;
  if (second !== undefined)
    throw new SopskitError('usage.conflict', `--${format} and --${second} exclude each other`, {
      hint: 'Run the command once for each format.',
    });
  return format;
}
