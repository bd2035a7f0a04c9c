import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command, Input } from '../command.ts';
import * as flags from '../flags.ts';
import { readRecipients } from '../typed-recipients.ts';

export interface InitRequest {
  /** As typed; `null` is the current folder. */
  readonly folder: string | null;
  readonly recipients: readonly string[];
  /** `null`: not said. */
  readonly generateKey: boolean | null;
  readonly keyFile: string | null;
  /** Empty: no comment; `null`: not said. */
  readonly keyName: string | null;
  readonly pathRegex: string | null;
  readonly preset: 'kubernetes' | 'all';
  readonly addRule: boolean;
  readonly git: boolean;
  readonly hook: boolean;
  readonly attributes: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export const command: Command<InitRequest> = {
  name: 'init',
  group: 'repository',
  summary: 'set up a key, a .sops.yaml, and git that refuses plaintext',
  usage: '[FOLDER]',
  about: [
    'Shows what it will do, and asks once. It makes an age key where sops looks for one (or takes the one that is there), a .sops.yaml that encrypts the values of Kubernetes Secrets for it, and a git repository whose commits are checked for plaintext.',
    'What is there already is kept: a key file, a .sops.yaml, a hook. A second run changes nothing.',
  ],
  examples: [
    { line: 'sopskit init', says: 'this folder' },
    { line: 'sopskit init clusters/prod --age age1…', says: 'a folder, for the key of a cluster too' },
    { line: 'sopskit init --dry-run', says: 'only show what would be done' },
    { line: 'sopskit init --yes', says: 'without questions, in a script' },
  ],
  flags: [
    {
      name: 'age',
      aliases: ['a'],
      kind: 'list',
      value: 'RECIPIENT',
      help: 'encrypt for this age recipient, too',
    },
    {
      name: 'generate-key',
      kind: 'bool',
      help: 'make a key if you have none (the default, unless --age is given)',
    },
    { name: 'no-generate-key', kind: 'bool', help: 'make no key' },
    {
      name: 'key-file',
      kind: 'text',
      value: 'FILE',
      completes: 'file',
      help: 'your key file; made if it is not there',
    },
    { name: 'key-name', kind: 'text', value: 'NAME', help: 'whose key it is, for a comment in .sops.yaml' },
    {
      name: 'preset',
      kind: 'text',
      value: 'NAME',
      completes: ['kubernetes', 'all'],
      fallback: 'kubernetes',
      help: 'what to encrypt: kubernetes (values of Secrets) or all (other files, too)',
    },
    {
      name: 'path-regex',
      kind: 'text',
      value: 'REGEX',
      help: 'which files the rule takes (default: manifests in the folder)',
    },
    { name: 'add-rule', kind: 'bool', help: 'add the rule that a .sops.yaml lacks to its end' },
    { name: 'git', kind: 'bool', fallback: true, help: 'the default', hidden: true },
    { name: 'no-git', kind: 'bool', help: 'leave git alone' },
    { name: 'hook', kind: 'bool', fallback: true, help: 'the default', hidden: true },
    { name: 'no-hook', kind: 'bool', help: 'do not check each commit' },
    { name: 'attributes', kind: 'bool', fallback: true, help: 'the default', hidden: true },
    { name: 'no-attributes', kind: 'bool', help: 'do not let git diff and merge encrypted files' },
    { name: 'dry-run', kind: 'bool', help: 'show what would be done, and do nothing' },
    { ...flags.yes, help: 'do it without asking' },
  ],
  beyond: true,
  parse(input) {
    const { values, args } = input;
    const [folder, ...more] = args;
    if (more.length > 0) throw new SopskitError('usage.invalid', 'init takes one folder');
    return {
      folder: folder ?? null,
      recipients: readRecipients(values.list('age')),
      generateKey: readGenerate(input),
      keyFile: values.text('key-file'),
      keyName: values.text('key-name'),
      pathRegex: values.text('path-regex'),
      preset: readPreset(input),
      addRule: values.bool('add-rule'),
      git: values.bool('git') && !values.bool('no-git'),
      hook: values.bool('hook') && !values.bool('no-hook'),
      attributes: values.bool('attributes') && !values.bool('no-attributes'),
      yes: values.bool('yes'),
      dryRun: values.bool('dry-run'),
    };
  },
  async run(request, context) {
    const { runInit } = await import('../init.ts');
    return runInit(request, context);
  },
};

function readGenerate({ values }: Input): boolean | null {
  const [yes, no] = [values.bool('generate-key'), values.bool('no-generate-key')];
  if (yes && no)
    throw new SopskitError('usage.conflict', '--generate-key and --no-generate-key exclude each other');
  return yes ? true : no ? false : null;
}

function readPreset({ values }: Input): 'kubernetes' | 'all' {
  const preset = values.text('preset') ?? 'kubernetes';
  if (preset === 'kubernetes' || preset === 'all') return preset;
  throw new SopskitError('usage.invalid', `there is no preset ${JSON.stringify(preset)}`, {
    hint: 'Use kubernetes (the values of Secrets in YAML) or all (other files too, whole).',
  });
}
