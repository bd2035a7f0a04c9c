import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command, Statuses } from '../command.ts';
import { connectionFlags, readConnectionOptions, workspaceFlags } from '../flux-flags.ts';
import { refusePrivate } from '../private-argument.ts';

export interface KeysDoctorRequest {
  /** `null` checks the keys of this machine, and the Flux repository that it is run in. */
  readonly file: string | null;
  readonly json: boolean;
  readonly workspace: WorkspaceOptions;
  /** `null`: no cluster is asked. */
  readonly connection: ConnectionOptions | null;
  readonly namespace: string | null;
}

const wide: Statuses = { otherwise: 2 };

export const command: Command<KeysDoctorRequest> = {
  name: 'keys doctor',
  group: 'keys',
  summary: 'say why a file does not open, here or in the cluster',
  usage: '[FILE]',
  about: [
    'Does what decrypt does, and tells of each recipient of the file whether its key is here and opens it, where keys were looked for, and what looks like a slip: a path where a key belongs, a key file that others can read. Prints no value of the file. The exit status is 0 when the file opens.',
    'Without a file it checks the keys of this machine, and in a Flux repository what each Kustomization decrypts, with what, and what is wrong with that. With --cluster it looks into the cluster too: the Secret that Flux takes the key from, entries that Flux passes over or cannot parse, keys that open nothing and files that nothing opens, and what Flux says. Each finding comes with the command that mends it. It changes nothing, and prints no key.',
    'Without a file it ends with 0 where nothing is to mend, 1 where something is (without --cluster also where no key is found on this machine), 2 where it could not look.',
  ],
  examples: [
    { line: 'sopskit keys doctor secret.yaml', says: 'why this file does not open' },
    { line: 'sopskit keys doctor', says: 'the keys of this machine, and the repository' },
    { line: 'sopskit keys doctor --cluster', says: 'the key in the cluster of the current context too' },
    {
      line: 'sopskit keys doctor --cluster --context prod --path clusters/prod',
      says: 'one of several clusters',
    },
  ],
  flags: [
    {
      name: 'cluster',
      kind: 'bool',
      help: 'look into the cluster of the context too',
    },
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NAMESPACE',
      help: 'tell only of Kustomizations of this namespace (default: all)',
    },
    {
      name: 'json',
      kind: 'bool',
      help: 'print one JSON document (docs/keys.md and docs/cluster-keys.md)',
    },
    ...connectionFlags,
    ...workspaceFlags.filter(({ name }) => name !== 'cluster'),
  ],
  beyond: true,
  statusesFor: ({ file }) => (file === null ? wide : {}),
  parse({ args, values }) {
    refusePrivate([...args, ...values.list('path'), values.text('namespace')]);
    if (args.length > 1) {
      throw new SopskitError('usage.invalid', 'keys doctor takes one file', {
        hint: 'For many files: sopskit keys audit',
      });
    }
    const [file = null] = args;
    const cluster = values.bool('cluster');
    const connection = readConnectionOptions(values);
    const namespace = values.text('namespace');
    const paths = values.list('path');
    const isConnected =
      [connection.kubeconfig, connection.context, connection.asUser].some((text) => text !== null) ||
      connection.asGroups.length > 0;
    if (file !== null && (cluster || isConnected || namespace !== null || paths.length > 0))
      throw new SopskitError(
        'usage.conflict',
        'keys doctor looks at one file, or at a repository and cluster',
        {
          hint: 'Leave FILE out for the cluster: sopskit keys doctor --cluster (which one, say --context and --path).',
        },
      );
    if (isConnected && !cluster)
      throw new SopskitError('usage.conflict', 'a cluster is named, and --cluster is not given', {
        hint: 'Add --cluster: sopskit keys doctor --cluster --context NAME',
      });
    return {
      ...{ file, json: values.bool('json'), namespace },
      workspace: { folder: '.', paths, clusters: [], remoteBases: values.bool('remote-bases') },
      connection: cluster ? connection : null,
    };
  },
  async run(request, context) {
    const { answerKeysDoctor } = await import('../keys-doctor.ts');
    return await answerKeysDoctor(request, context);
  },
};
