import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import { readKeyAccess } from '../key-access.ts';
import { manifestOutput, newFileFlags } from '../secret-flags.ts';
import type { NewFileRequest } from '../secret-new-file.ts';
import { readSettings } from '../settings.ts';

export interface SecretImportRequest extends NewFileRequest {
  /** As typed; `-` is standard input. */
  readonly files: readonly string[];
  /** Where the files go, as typed; `null` is the current folder. */
  readonly folder: string | null;
  readonly anyType: boolean;
  /** Names and namespaces of the Secrets that are meant; empty: all. */
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
}

export const command: Command<SecretImportRequest> = {
  name: 'secret import',
  group: 'repository',
  summary: 'take Secrets of a cluster into encrypted files',
  usage: 'FILE…|-',
  about: [
    'Reads what `kubectl get secret -o yaml` (or -o json) prints, lists too, and writes an encrypted file for each Secret, without the fields that the server added: uid, resourceVersion, managedFields, the last applied configuration (which holds the values in clear) and the like.',
    'Where two namespaces have a Secret of one name, each namespace gets a folder of its own: NAMESPACE/NAME.yaml.',
    'Secrets that a cluster makes for itself (service account tokens, Helm releases) are left out.',
  ],
  examples: [
    {
      line: 'kubectl get secret db -n app -o yaml | sopskit secret import -',
      says: 'straight from the cluster',
    },
    {
      line: 'kubectl get secret -n app -o json | sopskit secret import - --folder apps/app',
      says: 'all of a namespace',
    },
  ],
  flags: [
    manifestOutput,
    { name: 'folder', kind: 'text', value: 'FOLDER', completes: 'file', help: 'write the files there' },
    { name: 'name', kind: 'list', value: 'NAME', help: 'import the Secret of that name only' },
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'list',
      value: 'NS',
      help: 'import Secrets of that namespace only',
    },
    { name: 'any-type', kind: 'bool', help: 'import Secrets too that the cluster makes for itself' },
    ...newFileFlags,
  ],
  beyond: true,
  parse({ values, args }) {
    if (args.length === 0) {
      throw new SopskitError('usage.no-file', 'secret import takes files, or - for standard input', {
        hint: 'kubectl get secret NAME -o yaml | sopskit secret import -',
      });
    }
    if (args.filter((file) => file === '-').length > 1)
      throw new SopskitError('usage.invalid', 'standard input can be read once');
    return {
      files: args,
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
