import { SopskitError } from '../../errors/sopskit-error.ts';
import type { RotateRequest } from '../../operations/cluster-keys/rotate/rotate.ts';
import type { Command, Flag } from '../command.ts';
import { readDuration } from '../duration.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';
import { refusePrivate } from '../private-argument.ts';

export interface KeysRotateRequest extends RotateRequest {
  readonly yes: boolean;
  readonly json: boolean;
}

const ownFlags: readonly Flag[] = [
  { name: 'commit', kind: 'bool', help: 'make the commit, of the changed files alone' },
  { name: 'push', kind: 'bool', help: 'commit, and push to the branch that the clusters follow' },
  {
    name: 'no-wait',
    kind: 'bool',
    help: 'look once at the Kustomizations that decrypt, and do not wait until they are Ready',
  },
  {
    name: 'timeout',
    kind: 'text',
    value: 'DURATION',
    fallback: '10m',
    help: 'how long to wait for them (90s, 10m, 1h; default 10m)',
  },
  {
    name: 'output',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'save the new identity in this new file instead of the default key file',
  },
  {
    name: 'post-quantum',
    kind: 'bool',
    help: 'a new key that quantum computers do not break (Flux 2.9); default: the kind of the old one',
  },
  {
    name: 'skip-cluster',
    kind: 'list',
    value: 'NAME',
    help: 'a cluster of the repository that gets the new identity by other means',
  },
  {
    name: 'remote',
    kind: 'text',
    value: 'NAME',
    help: 'git remote to push to, where its address is not the one that the clusters fetch from',
  },
  {
    name: 'force-conflicts',
    kind: 'bool',
    help: 'write also what another field manager of the Secret has',
  },
  { name: 'dry-run', kind: 'bool', help: 'check all, show what would be done, and change nothing' },
  { name: 'yes', aliases: ['y'], kind: 'bool', help: 'do not ask before' },
  { name: 'json', kind: 'bool', help: 'print one JSON document' },
];

export const command: Command<KeysRotateRequest> = {
  name: 'keys rotate',
  group: 'keys',
  summary: 'replace an age key, with an overlap in every cluster',
  usage: '[RECIPIENT]',
  about: [
    'Replaces an age key of Flux by a new one, in this order: a new identity is made and saved; it is added beside the old one in every cluster whose Kustomizations decrypt an affected file; the recipient is replaced in each .sops.yaml, and every file that names it gets the new one and a new data key; the commit is shown, or made with --commit or --push; at last it waits until every Kustomization that decrypts is Ready with that commit. At no moment a cluster lacks a key that it needs.',
    'Stopped anywhere, the same command goes on: how far it got is read from the key file, the clusters, the files and git. What cannot work is refused before anything is changed.',
    'The report lists the values that the old key could read. They stay readable in the history: change them at their providers. The old key is taken out of the clusters with keys retire.',
    'Without RECIPIENT it takes the only age key that the cluster holds and files use. A repository of several clusters takes --context once for each.',
    'Exit status: 0 where all that was asked is done, also where something is left (the commit to make, a Kustomization that is suspended or pinned), which the report then says under next; 1 where it is refused, declined or interrupted, and where the wait ends early, by --timeout or a Kustomization that fails. The report is printed then, too.',
  ],
  examples: [
    { line: 'sopskit keys rotate --dry-run', says: 'what would be done' },
    { line: 'sopskit keys rotate --push --yes', says: 'all of it, until every Kustomization is Ready' },
    {
      line: 'sopskit keys rotate age1… --context home --context office',
      says: 'in two clusters; shows the commit to make',
    },
  ],
  flags: [
    ...ownFlags,
    ...connectionFlags.map(
      (flag): Flag =>
        flag.name === 'context'
          ? { ...flag, kind: 'list', help: 'context of the kubeconfig; give it once for each cluster' }
          : flag,
    ),
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    const output = values.text('output');
    refusePrivate([...args, output]);
    if (args.length > 1)
      throw new SopskitError('usage.invalid', 'keys rotate takes one recipient', {
        hint: 'Rotate one key after the other.',
      });
    if (output === '-')
      throw new SopskitError('usage.invalid', 'the new identity has to be saved in a file', {
        hint: 'A run that is stopped could not find it again. Leave --output out for the default key file.',
      });
    return {
      old: args[0]?.trim() ?? null,
      output,
      postQuantum: values.bool('post-quantum'),
      commit: values.bool('commit') || values.bool('push'),
      push: values.bool('push'),
      wait: !values.bool('no-wait'),
      timeoutMs: readDuration('timeout', values.text('timeout') ?? '10m'),
      dryRun: values.bool('dry-run'),
      forceConflicts: values.bool('force-conflicts'),
      skipped: values.list('skip-cluster'),
      remote: values.text('remote'),
      contexts: values.list('context'),
      connection: { ...readConnectionOptions(values), context: null },
      workspace: readWorkspaceOptions(values),
      yes: values.bool('yes'),
      json: values.bool('json'),
    };
  },
  async run(request, context) {
    const { runRotate } = await import('../keys-rotate.ts');
    return runRotate(request, context);
  },
};
