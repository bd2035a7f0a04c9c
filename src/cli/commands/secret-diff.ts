import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretDiffRequest } from '../../operations/secret-diff/diff.ts';
import type { Command } from '../command.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';

export interface SecretDiffCommand extends SecretDiffRequest {
  readonly showValues: boolean;
  readonly json: boolean;
}

export const command: Command<SecretDiffCommand> = {
  name: 'secret diff',
  group: 'repository',
  summary: 'compare the Secrets of the repository with the cluster',
  usage: '[FILE|FOLDER…]',
  about: [
    'In a Flux repository it compares the Secrets that the Kustomizations of this cluster build (decrypted with the identities here, with generators, patches and variables) with the live ones; with files, those that come from them. Elsewhere, and for files that no Kustomization reads, it compares the manifests as they stand. It changes nothing.',
    'It tells which keys only one side has and which differ, and the type, immutable, labels and annotations; values only with --show-values. What cannot be opened here is compared by the names of its keys, and never called equal.',
    'Ends with 0 where all is the same, 1 where something differs, 2 where nothing differs and not all could be looked at.',
  ],
  examples: [
    { line: 'sopskit secret diff', says: 'all that Flux applies to the cluster of the current context' },
    { line: 'sopskit secret diff apps/db.yaml --show-values', says: 'one file, with what differs' },
    {
      line: 'sopskit secret diff secrets/ -n app --json',
      says: 'manifests without a namespace, for a program',
    },
  ],
  flags: [
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NAMESPACE',
      help: 'of manifests that name none; of what Flux builds, compare only its Secrets',
    },
    { name: 'show-values', kind: 'bool', help: 'show the values of what differs, in clear' },
    { name: 'json', kind: 'bool', help: 'print one JSON document' },
    ...connectionFlags,
    ...workspaceFlags,
  ],
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ values, args }) {
    if (args.includes('')) throw new SopskitError('usage.invalid', 'the name of a file is empty');
    return {
      words: args,
      namespace: values.text('namespace'),
      connection: readConnectionOptions(values),
      workspace: readWorkspaceOptions(values),
      showValues: values.bool('show-values'),
      json: values.bool('json'),
    };
  },
  async run(request, { system, terminal }) {
    const [{ diffSecrets }, { verdictOf }, { comparisonJson }, { printComparison }] = await Promise.all([
      import('../../operations/secret-diff/diff.ts'),
      import('../../operations/secret-diff/compared.ts'),
      import('../../operations/secret-diff/diff-json.ts'),
      import('../../operations/secret-diff/print-diff.ts'),
    ]);
    const { showValues, json } = request;
    const comparison = await diffSecrets(system, request);
    terminal.write(
      json
        ? `${JSON.stringify(comparisonJson(comparison, showValues), null, 2)}\n`
        : printComparison(comparison, { colour: terminal.colours.output, showValues }),
    );
    return { same: 0, different: 1, unknown: 2 }[verdictOf(comparison)];
  },
};
