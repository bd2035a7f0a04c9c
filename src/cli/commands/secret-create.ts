import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command, Flag, Input } from '../command.ts';
import { readKeyAccess } from '../key-access.ts';
import {
  manifestOutput,
  newFileFlags,
  readPairs,
  refuseValues,
  valueFlags,
  valueInArguments,
} from '../secret-flags.ts';
import type { DockerLogin, TlsPair } from '../secret-kinds.ts';
import type { NewFileRequest } from '../secret-new-file.ts';
import type { ValueSources } from '../secret-values.ts';
import { readSettings } from '../settings.ts';

export interface SecretCreateRequest extends NewFileRequest {
  readonly name: string;
  readonly namespace: string | null;
  /** `null`: what the kind of values asks for, else `Opaque`. */
  readonly type: string | null;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly immutable: boolean;
  readonly stringData: boolean;
  readonly sources: ValueSources;
  readonly docker: DockerLogin | null;
  readonly tls: TlsPair | null;
}

const sourceFlags: readonly Flag[] = [
  {
    name: 'from-file',
    kind: 'list',
    value: '[KEY=]PATH',
    completes: 'file',
    help: 'take the bytes of a file, or of each file of a folder',
  },
  {
    name: 'from-env-file',
    kind: 'list',
    value: 'PATH',
    completes: 'file',
    help: 'take KEY=VALUE lines, read as kubectl reads them',
  },
  { name: 'from-stdin', kind: 'list', value: 'KEY', help: 'take standard input, byte for byte' },
  { name: 'trim', kind: 'bool', help: 'leave out one line break at the end of standard input' },
  { name: 'prompt', kind: 'list', value: 'KEY', help: 'ask for the value, without showing it' },
  {
    name: 'docker-server',
    kind: 'text',
    value: 'HOST',
    help: 'registry of images to log in to (default: Docker Hub)',
  },
  {
    name: 'docker-username',
    kind: 'text',
    value: 'USER',
    help: 'user name there; makes a Secret for imagePullSecrets',
  },
  {
    name: 'docker-email',
    kind: 'text',
    value: 'EMAIL',
    help: 'e-mail address there, if the registry wants one',
  },
  {
    name: 'docker-password-stdin',
    kind: 'bool',
    help: 'read the password from standard input instead of asking',
  },
  {
    name: 'tls-cert',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'certificate in PEM; makes a Secret for TLS',
  },
  { name: 'tls-key', kind: 'text', value: 'FILE', completes: 'file', help: 'its private key in PEM' },
];

export const command: Command<SecretCreateRequest> = {
  name: 'secret create',
  group: 'repository',
  summary: 'write a new Kubernetes Secret, encrypted',
  usage: 'NAME',
  about: [
    'The manifest is encrypted by the rules of .sops.yaml before it is written: its plaintext never reaches the disk. Without --output the file is NAME.yaml, or NAME.sops.yaml where a rule wants that.',
    'Values come from files, standard input or a question, never from the command line.',
  ],
  examples: [
    { line: 'sopskit secret create db --namespace app --prompt password', says: 'ask for the value' },
    { line: 'sopskit secret create db --from-env-file db.env', says: 'one value a line of db.env' },
    {
      line: 'openssl rand -base64 24 | sopskit secret create db --from-stdin pw --trim',
      says: 'from a program',
    },
    { line: 'sopskit secret create web --tls-cert tls.crt --tls-key tls.key', says: 'a certificate' },
  ],
  flags: [
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NS',
      help: 'namespace of the Secret (default: none in the file)',
    },
    { name: 'type', kind: 'text', value: 'TYPE', help: 'type of the Secret (default: Opaque)' },
    ...sourceFlags,
    { name: 'label', kind: 'list', value: 'NAME=VALUE', help: 'add a label (stays readable)' },
    { name: 'annotation', kind: 'list', value: 'NAME=VALUE', help: 'add an annotation (stays readable)' },
    { name: 'immutable', kind: 'bool', help: 'make it immutable in the cluster' },
    { name: 'string-data', kind: 'bool', help: 'put text into stringData instead of base64 into data' },
    manifestOutput,
    ...newFileFlags,
    ...valueFlags,
  ],
  completes: 'none',
  beyond: true,
  parse(input) {
    const { values } = input;
    refuseValues(values, 'create');
    const name = readName(input);
    const request: SecretCreateRequest = {
      name,
      ...readSettings(values),
      namespace: values.text('namespace'),
      type: values.text('type'),
      labels: readPairs(values, 'label'),
      annotations: readPairs(values, 'annotation'),
      immutable: values.bool('immutable'),
      stringData: values.bool('string-data'),
      sources: {
        files: values.list('from-file'),
        envFiles: values.list('from-env-file'),
        stdin: readStdinKey(input),
        trim: values.bool('trim'),
        prompts: values.list('prompt'),
      },
      docker: readDocker(input),
      tls: readTls(input),
      output: values.text('output'),
      force: values.bool('force'),
      dryRun: values.bool('dry-run'),
      access: readKeyAccess(values),
    };
    checkSources(request);
    return request;
  },
  async run(request, context) {
    const { createSecret } = await import('../secret-create.ts');
    return createSecret(request, context);
  },
};

/** A list, so that a second key is not taken for the only one. */
function readStdinKey({ values }: Input): string | null {
  const [key, ...more] = values.list('from-stdin');
  if (more.length === 0) return key ?? null;
  throw new SopskitError('usage.conflict', '--from-stdin is given twice: standard input is one value', {
    hint: 'Several values at once: --from-env-file PATH with KEY=VALUE lines, or a file for each.',
  });
}

/** `kubectl create secret generic NAME` has a word more. */
function readName({ args }: Input): string {
  const [name, ...more] = args;
  if (name === undefined)
    throw new SopskitError('usage.invalid', 'secret create takes the name of the Secret');
  if (more.length === 0) return name;
  if (['generic', 'tls', 'docker-registry'].includes(name) && more.length === 1) {
    throw new SopskitError('usage.invalid', `secret create takes the name alone, without the word ${name}`, {
      hint: 'The flags tell the kind: --tls-cert and --tls-key, --docker-username, or neither.',
    });
  }
  throw valueInArguments('secret create takes one name, and no values', 'create');
}

function readDocker({ values }: Input): DockerLogin | null {
  const username = values.text('docker-username');
  const server = values.text('docker-server');
  const email = values.text('docker-email');
  const passwordFromStdin = values.bool('docker-password-stdin');
  if (username === null) {
    if (server === null && email === null && !passwordFromStdin) return null;
    throw new SopskitError('usage.invalid', 'the --docker flags need --docker-username');
  }
  return { server: server ?? 'https://index.docker.io/v1/', username, email, passwordFromStdin };
}

function readTls({ values }: Input): TlsPair | null {
  const cert = values.text('tls-cert');
  const key = values.text('tls-key');
  if (cert === null && key === null) return null;
  if (cert !== null && key !== null) return { cert, key };
  throw new SopskitError('usage.invalid', '--tls-cert and --tls-key belong together');
}

function checkSources({ sources, docker, tls, type }: SecretCreateRequest): void {
  const { files, envFiles, stdin, prompts } = sources;
  const plain = files.length + envFiles.length + prompts.length > 0 || stdin !== null;
  if ([docker !== null, tls !== null, plain].filter(Boolean).length > 1) {
    throw new SopskitError(
      'usage.conflict',
      'values, --docker-username and --tls-cert exclude each other: one Secret has one kind',
    );
  }
  if (!plain && docker === null && tls === null) {
    throw new SopskitError('usage.invalid', 'there is no value to put into the Secret', {
      hint: 'Name at least one: --prompt KEY, --from-stdin KEY, --from-file [KEY=]PATH or --from-env-file PATH.',
    });
  }
  if (type !== null && (docker !== null || tls !== null)) {
    throw new SopskitError('usage.conflict', '--type is decided by the --docker and --tls flags');
  }
}
