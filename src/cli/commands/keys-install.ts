import { SopskitError } from '../../errors/sopskit-error.ts';
import type { InstallRequest } from '../../operations/cluster-keys/install/install.ts';
import type { Command } from '../command.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';
import { refusePrivate } from '../private-argument.ts';

export interface KeysInstallRequest extends InstallRequest {
  readonly json: boolean;
}

export const command: Command<KeysInstallRequest> = {
  name: 'keys install',
  group: 'keys',
  summary: 'put the key into the cluster, where Flux finds it',
  usage: '',
  about: [
    'Writes the Secret that the Kustomizations of this cluster decrypt with (else flux-system/sops-age), by server-side apply: with the private key of this machine, from where sops finds it, that opens the files which they apply. It checks before it writes which files of which Kustomizations open, and reads back after. Repeated, it changes nothing. PGP keys come from gpg or SOPSKIT_PGP_KEY_FILES, and must have no passphrase.',
    'Which cluster of the repository it is, the live Kustomization tells, else --cluster, or the name of the context. The key of another cluster is refused, and so is one that opens not all files (but with --partial). Outside a repository there is nothing to check. No private key is taken from the command line, nor printed but by --export.',
  ],
  examples: [
    { line: 'sopskit keys install', says: 'into the cluster of the current context' },
    { line: 'sopskit keys install --create-namespace', says: 'before Flux is there' },
    { line: 'sopskit keys install --context prod --dry-run', says: 'what it would do' },
    {
      line: 'pass show flux/prod | sopskit keys install --identity-file -',
      says: 'the key from a password manager',
    },
    {
      line: 'sopskit keys install --export | kubectl apply --server-side -f -',
      says: 'as a manifest; --server-side leaves no copy in an annotation',
    },
  ],
  flags: [
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NAMESPACE',
      help: 'namespace of the Secret (default: the one that Kustomizations refer to, else flux-system)',
    },
    {
      name: 'secret-name',
      kind: 'text',
      value: 'NAME',
      help: 'name of the Secret (default: the one that Kustomizations refer to, else sops-age)',
    },
    {
      name: 'recipient',
      kind: 'list',
      value: 'RECIPIENT',
      help: 'which key, by its public half: age1… or a PGP fingerprint; may be repeated',
    },
    {
      name: 'identity-file',
      kind: 'text',
      value: 'FILE',
      completes: 'file',
      help: 'take the keys from this file (- for standard input)',
    },
    { name: 'create-namespace', kind: 'bool', help: 'make the namespace where it is missing' },
    { name: 'partial', kind: 'bool', help: 'install a key that does not open all files, too' },
    {
      name: 'force-conflicts',
      kind: 'bool',
      help: 'take over an entry that another field manager wrote',
    },
    { name: 'dry-run', kind: 'bool', help: 'ask the server what it would do, and write nothing' },
    { name: 'export', kind: 'bool', help: 'print the manifest, with the key in clear; needs no cluster' },
    { name: 'json', kind: 'bool', help: 'print one JSON document (docs/cluster-keys.md)' },
    ...connectionFlags,
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    const recipients = values.list('recipient');
    const named = [values.text('namespace'), values.text('secret-name'), values.text('identity-file')];
    refusePrivate([...args, ...recipients, ...named, ...values.list('cluster'), ...values.list('path')]);
    if (args.length > 0)
      throw new SopskitError('usage.invalid', 'keys install takes no arguments', {
        hint: 'A key is named by its public half with --recipient, or its file with --identity-file.',
      });
    const [json, isExport] = [values.bool('json'), values.bool('export')];
    if (isExport && (json || values.bool('dry-run')))
      throw new SopskitError(
        'usage.conflict',
        `--export prints a manifest and writes nothing, and --${json ? 'json' : 'dry-run'} cannot go with it`,
        { hint: 'Give one of them.' },
      );
    requireNames(values.text('namespace'), values.text('secret-name'));
    return {
      ...{ recipients, json, export: isExport },
      secret: { namespace: values.text('namespace'), name: values.text('secret-name') },
      identityFile: values.text('identity-file'),
      createNamespace: values.bool('create-namespace'),
      partial: values.bool('partial'),
      forceConflicts: values.bool('force-conflicts'),
      dryRun: values.bool('dry-run'),
      connection: readConnectionOptions(values),
      workspace: readWorkspaceOptions(values),
    };
  },
  async run(request, context) {
    const { answerKeysInstall } = await import('../keys-install.ts');
    return await answerKeysInstall(request, context);
  },
};

/** As Kubernetes has them: what is no name would be asked for by another path. */
function requireNames(namespace: string | null, name: string | null): void {
  for (const [flag, text] of [
    ['namespace', namespace],
    ['secret-name', name],
  ] as const)
    if (text !== null && !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(text))
      throw new SopskitError('usage.invalid', `--${flag} is no name of Kubernetes`, {
        hint: 'Names have lower-case letters, digits, dashes and points, and begin and end with a letter or digit.',
      });
}
