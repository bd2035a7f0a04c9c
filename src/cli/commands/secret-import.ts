import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import { connectionFlags, readConnectionOptions } from '../flux-flags.ts';
import { readKeyAccess } from '../key-access.ts';
import { manifestOutput, newFileFlags } from '../secret-flags.ts';
import type { NewFileRequest } from '../secret-new-file.ts';
import { readSettings } from '../settings.ts';

export interface SecretImportRequest extends NewFileRequest {
  /** Files (`-` is standard input), or Secrets of the cluster, as typed. */
  readonly words: readonly string[];
  /** Whether all Secrets of a namespace of the cluster are meant. */
  readonly all: boolean;
  readonly connection: ConnectionOptions;
  /** Where the files go, as typed; `null` is the current folder. */
  readonly folder: string | null;
  readonly anyType: boolean;
  /** Names and namespaces of the Secrets that are meant; empty: all, of a cluster the context's namespace. */
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
}

export const command: Command<SecretImportRequest> = {
  name: 'secret import',
  group: 'repository',
  summary: 'take Secrets of a cluster into encrypted files',
  usage: 'secret/NAME…|--all|FILE…|-',
  about: [
    'Reads Secrets from the cluster (secret/NAME, or --all of a namespace), or what `kubectl get secret -o yaml` (or -o json) printed, lists too. Writes an encrypted file for each Secret, without the fields that the server added: uid, resourceVersion, managedFields, the last applied configuration (which holds the values in clear) and the like. No value is ever written in clear.',
    'A word that is a file here is that file (also ./secret/db); `secret NAME` is always the cluster.',
    'Where two namespaces have a Secret of one name, each namespace gets a folder of its own: NAMESPACE/NAME.yaml.',
    'Secrets that a cluster makes for itself (service account tokens, Helm releases) are left out.',
  ],
  examples: [
    { line: 'sopskit secret import secret/db -n app', says: 'straight from the cluster' },
    { line: 'sopskit secret import --all -n app --folder apps/app', says: 'all of a namespace' },
    {
      line: 'kubectl get secret db -n app -o yaml | sopskit secret import -',
      says: 'what kubectl prints',
    },
  ],
  flags: [
    { name: 'all', kind: 'bool', help: 'take all Secrets of a namespace of the cluster' },
    manifestOutput,
    { name: 'folder', kind: 'text', value: 'FOLDER', completes: 'file', help: 'write the files there' },
    { name: 'name', kind: 'list', value: 'NAME', help: 'import the Secret of that name only' },
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'list',
      value: 'NS',
      help: 'namespace in the cluster (default: of the context); of files, only its Secrets',
    },
    { name: 'any-type', kind: 'bool', help: 'import Secrets too that the cluster makes for itself' },
    ...newFileFlags,
    ...connectionFlags,
  ],
  beyond: true,
  parse({ values, args }) {
    const all = values.bool('all');
    if (args.length === 0 && !all) {
      throw new SopskitError(
        'usage.no-file',
        'secret import takes Secrets of the cluster, files, or - for standard input',
        {
          hint: 'sopskit secret import secret/NAME -n NAMESPACE, or: kubectl get secret NAME -o yaml | sopskit secret import -',
        },
      );
    }
    if (args.length > 0 && all)
      throw new SopskitError(
        'usage.conflict',
        '--all takes all Secrets of a namespace, and no names or files',
      );
    if (args.includes('')) throw new SopskitError('usage.invalid', 'the name of a Secret or file is empty');
    if (args.filter((file) => file === '-').length > 1)
      throw new SopskitError('usage.invalid', 'standard input can be read once');
    return {
      words: args,
      all,
      connection: readConnectionOptions(values),
      ...readSettings(values),
      output: values.text('output'),
      folder: values.text('folder'),
      anyType: values.bool('any-type'),
      force: values.bool('force'),
      dryRun: values.bool('dry-run'),
      names: values.list('name'),
      namespaces: values.list('namespace'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const { importSecrets } = await import('../secret-import.ts');
    return importSecrets(request, context);
  },
};
