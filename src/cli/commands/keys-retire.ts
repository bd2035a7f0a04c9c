import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { looksPrivate } from '../../keys/age/recipient-text.ts';
import type { RetireReport } from '../../operations/cluster-keys/retire/report.ts';
import type { RetireRequest } from '../../operations/cluster-keys/retire/request.ts';
import type { Command, CommandContext, Flag } from '../command.ts';
import { readDuration } from '../duration.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';
import { absolute } from '../streams.ts';
import type { Values } from '../values.ts';

export interface KeysRetireRequest {
  readonly recipient: string | null;
  readonly connections: readonly ConnectionOptions[];
  readonly workspace: RetireRequest['workspace'];
  readonly secret: RetireRequest['secret'];
  readonly archive: string | null;
  readonly fetch: boolean;
  readonly destroy: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly unneeded: readonly string[];
  readonly forceConflicts: boolean;
  readonly json: boolean;
}

const ownFlags: readonly Flag[] = [
  { name: 'dry-run', kind: 'bool', help: 'look, and remove nothing', beyond: true },
  {
    name: 'yes',
    aliases: ['y'],
    kind: 'bool',
    help: 'do not ask before; needed where there is no terminal',
    beyond: true,
  },
  {
    name: 'destroy',
    kind: 'bool',
    help: 'keep no copy of the private key: what only it opens is lost for ever',
    beyond: true,
  },
  {
    name: 'archive',
    kind: 'text',
    value: 'FOLDER',
    completes: 'file',
    help: 'folder to keep the private key in (default: retired, beside the key file)',
    beyond: true,
  },
  {
    name: 'fetch',
    kind: 'bool',
    help: 'fetch revisions that the cluster has and this clone has not',
    beyond: true,
  },
  {
    name: 'unneeded',
    kind: 'list',
    value: 'NAMESPACE/NAME',
    help: 'your word that this Kustomization does not need it, where that cannot be told',
    beyond: true,
  },
  {
    name: 'namespace',
    aliases: ['n'],
    kind: 'text',
    value: 'NAMESPACE',
    help: 'namespace of the only Secret to look at (default: flux-system)',
    beyond: true,
  },
  {
    name: 'secret-name',
    kind: 'text',
    value: 'NAME',
    help: 'the only Secret to look at (default: all that Kustomizations decrypt with)',
    beyond: true,
  },
  {
    name: 'force-conflicts',
    kind: 'bool',
    help: 'change entries that another field manager wrote',
    beyond: true,
  },
  { name: 'no-wait', kind: 'bool', help: 'do not look whether all still decrypt afterwards', beyond: true },
  {
    name: 'timeout',
    kind: 'text',
    value: 'DURATION',
    fallback: '5m',
    help: 'how long Kustomizations may take (90s, 5m)',
    beyond: true,
  },
  { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
];

export const command: Command<KeysRetireRequest> = {
  name: 'keys retire',
  group: 'keys',
  summary: 'take an old age key out of a cluster once unneeded',
  usage: '[RECIPIENT]',
  about: [
    'Removes an identity from the Secrets that Kustomizations decrypt with, when no file that a Kustomization decrypts with them needs it: none at a revision that is applied or may be next, none at the head of the branch that it follows (which is fetched), none in the working tree; and when no rule of .sops.yaml asks for new files that only it opens. What needs it is shown; so are other files for it, and those of branches that are not merged (the remote is asked for them), which do not hold it up. Without RECIPIENT it is the one that the key file says was replaced (keys rotate writes that).',
    'Kustomizations that are suspended, pinned to a tag or a commit, or made from another source are listed, and hold it up where their revision needs it or that cannot be told. Afterwards all are made to run, and where one cannot decrypt, the identity is put back.',
    'The private key is not destroyed: before anything is removed it is kept in the folder retired beside the key file (0600), and is then taken out of the key file, unless files here still need it. It removes a key, so that it asks on a terminal, and needs --yes elsewhere.',
    'Ends with 0 where it is retired or nothing is left to do, else 1; 2 and 3 where a file cannot be read or written (--archive).',
  ],
  examples: [
    { line: 'sopskit keys retire --dry-run', says: 'what still needs the key that was replaced' },
    { line: 'sopskit keys retire age1… --yes', says: 'in a script' },
    { line: 'sopskit keys retire --context homelab --context staging', says: 'in two clusters' },
  ],
  flags: [
    ...ownFlags,
    ...connectionFlags.map(
      (flag): Flag =>
        flag.name === 'context'
          ? { ...flag, kind: 'list', help: 'context of the kubeconfig; repeat it for several clusters' }
          : flag,
    ),
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    if (
      [...args, ...values.list('unneeded'), values.text('archive')].some(
        (word) => word !== null && looksPrivate(word),
      )
    )
      throw new SopskitError(
        'usage.invalid',
        'a private key was given where a recipient, its public half, belongs',
        {
          hint: 'What is typed stays in the history of the shell: replace that key. age-keygen -y FILE prints the public half.',
        },
      );
    if (args.length > 1)
      throw new SopskitError('usage.invalid', 'keys retire takes one recipient', {
        hint: 'Run it once for each key.',
      });
    if (values.bool('destroy') && values.text('archive') !== null)
      throw new SopskitError('usage.conflict', '--destroy and --archive exclude each other');
    const [recipient = null] = args;
    const unneeded = values.list('unneeded');
    const wrong = unneeded.find((key) => !/^[^/\s]+\/[^/\s]+$/.test(key));
    if (wrong !== undefined)
      throw new SopskitError('usage.invalid', `--unneeded ${JSON.stringify(wrong)} is no NAMESPACE/NAME`, {
        hint: 'Write it as it is listed: flux-system/apps.',
      });
    return {
      ...{ recipient: recipient === null ? null : checkedRecipient(recipient), unneeded },
      ...{
        connections: readConnections(values),
        workspace: readWorkspaceOptions(values),
        secret: readSecret(values),
      },
      ...{ archive: values.text('archive'), fetch: values.bool('fetch'), destroy: values.bool('destroy') },
      ...{ dryRun: values.bool('dry-run'), yes: values.bool('yes'), wait: !values.bool('no-wait') },
      timeoutMs: readDuration('timeout', values.text('timeout') ?? '5m'),
      ...{ forceConflicts: values.bool('force-conflicts'), json: values.bool('json') },
    };
  },
  async run(request, context) {
    const { retire } = await import('../../operations/cluster-keys/retire/retire.ts');
    const { reportJson } = await import('../../operations/cluster-keys/retire/report.ts');
    const { reportText } = await import('../../operations/cluster-keys/retire/report-text.ts');
    const { narrator } = await import('../narrator.ts');
    const { parseRecipient } = await import('../../keys/age/recipient-text.ts');
    if (request.recipient !== null) parseRecipient(request.recipient);
    const { system, terminal } = context;
    const archive = request.archive === null ? null : absolute(system, request.archive);
    const report = await retire(
      system,
      { ...request, archive },
      { tell: narrator(terminal), confirm: (plan) => confirm(context, request, reportText(plan)) },
    );
    terminal.write(
      request.json
        ? `${JSON.stringify(reportJson(report), null, 2)}\n`
        : `${reportText(report).join('\n')}\n`,
    );
    return statusOf(report);
  },
};

async function confirm(
  { system, terminal }: CommandContext,
  { yes }: KeysRetireRequest,
  plan: readonly string[],
): Promise<boolean> {
  if (yes) return true;
  if (system.prompts.available) for (const line of plan) terminal.tell(line);
  const answer = await system.prompts.text(
    'Take it out of the cluster? [y/N]',
    'Say it with --yes; --dry-run only looks.',
  );
  return /^\s*y(?:es)?\s*$/i.test(answer);
}

/** Throws `cluster-key.needed`, `cluster-key.wait` for what did not come to its end. */
function statusOf({ outcome, clusters, recipient }: RetireReport): number {
  if (outcome === 'blocked')
    throw new SopskitError(
      'cluster-key.needed',
      `${recipient} is still needed, or may be: nothing was removed`,
      {
        hint: 'The report says what holds it up, and what to do. Run the command again then.',
      },
    );
  if (outcome === 'put-back')
    throw new SopskitError(
      'cluster-key.needed',
      `a Kustomization cannot decrypt without ${recipient}: it was put back`,
      {
        hint: 'Look at it: sopskit keys doctor --cluster',
      },
    );
  const waiting = clusters.flatMap(({ after }) => after?.waiting ?? []);
  if (waiting.length > 0)
    throw new SopskitError(
      'cluster-key.wait',
      `it was taken out, and ${waiting.join(', ')} did not run in time`,
      {
        hint: 'Look at it: sopskit flux doctor. The key is kept in the folder of retired ones.',
      },
    );
  return outcome === 'declined' ? 1 : 0;
}

function checkedRecipient(text: string): string {
  if (/^age1[0-9a-z]+$/.test(text)) return text;
  const isPgp = /^(?:0x)?[0-9A-Fa-f]{16,64}$/.test(text);
  throw new SopskitError(
    'usage.invalid',
    `${isPgp ? 'a PGP key' : JSON.stringify(text)} is no age recipient`,
    {
      hint: isPgp
        ? 'keys retire is for age keys; take the entry of a PGP key out with kubectl edit.'
        : 'Give the public half, age1…: sopskit keys list prints those of this machine.',
    },
  );
}

function readConnections(values: Values): readonly ConnectionOptions[] {
  const contexts = values.list('context');
  const base = readConnectionOptions(values);
  return contexts.length === 0 ? [base] : [...new Set(contexts)].map((context) => ({ ...base, context }));
}

function readSecret(values: Values): RetireRequest['secret'] {
  const [namespace, name] = [values.text('namespace'), values.text('secret-name')];
  if (namespace === null && name === null) return null;
  return { namespace: namespace ?? 'flux-system', name: name ?? 'sops-age' };
}
