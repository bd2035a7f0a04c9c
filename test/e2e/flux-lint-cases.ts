// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { encrypt } from '../../src/index.ts';
import { testKey } from '../cli/world.ts';

/** A mistake in a folder of its own, under a Kustomization of its own. */
export interface LintCase {
  readonly name: string;
  /** Content by path from the case's folder; `$NS` is the namespace. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Whether the Kustomization decrypts. */
  readonly decrypts: boolean;
  /** More lines of its spec. */
  readonly spec?: string;
  /** What Ready says: `true`, or a part of the message. */
  readonly ready: true | string;
  /** An object that is then in the cluster, and what its JSON has in it. */
  readonly holds?: { readonly resource: string; readonly name: string; readonly text: string };
  /** What `flux lint` says of it: level and code; `null`: nothing. */
  readonly finding: string | null;
}

type Select = Parameters<typeof encrypt>[1]['select'];
const preset = { encrypted_regex: '^(data|stringData)$' };
/** A public SSH key whose private key nobody has kept: for tests. */
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH7O0Qm0S8VfLC6pXcBGSz2d5S5ZxY1YlGHDkE0o0PlS';
const ciphertext = 'ENC[AES256_GCM';

function sealed(
  text: string,
  select: Select = preset,
  recipient: string = testKey.recipient,
): Promise<string> {
  return encrypt(text, {
    format: 'yaml',
    recipients: { age: [recipient] },
    allowPlaintext: true,
    ...(select === undefined ? {} : { select }),
  });
}

function secret(name: string, values = `stringData:\n  password: canary-${name}\n`): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: $NS\n${values}`;
}

function configMap(name: string, values = 'data:\n  key: canary\n'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: $NS\n${values}`;
}

function kustomization(...lines: readonly string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join('\n')}\n`;
}

const data = `data:\n  password: ${Buffer.from('canary').toString('base64')}\n`;
const helmRepository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: custom
  namespace: $NS
spec:
  url: https://example.com/canary
  suspend: true
`;
const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: $NS
spec:
  replicas: 0
  selector:
    matchLabels: {app: a}
  template:
    metadata:
      labels: {app: a}
    spec:
      containers:
        - name: a
          image: example.com/a
          env:
            - {name: A, value: canary}
`;
const noMatch = 'does not match sops';
const dataKey = 'cannot get sops data key';

/** Every rule about what the controller does with encrypted files, one case each. */
export async function lintCases(): Promise<readonly LintCase[]> {
  const string = await sealed(secret('cut-off'));
  return [
    {
      name: 'secret-data',
      files: { 'a.yaml': await sealed(secret('secret-data', data)) },
      decrypts: false,
      ready: 'is SOPS encrypted, configuring decryption is required',
      finding: 'error flux.ciphertext-refused',
    },
    {
      name: 'secret-string',
      files: { 'a.yaml': await sealed(secret('secret-string')) },
      decrypts: false,
      ready: true,
      holds: { resource: 'secrets', name: 'secret-string', text: ciphertext },
      finding: 'error flux.ciphertext-stored',
    },
    {
      name: 'config-map',
      files: { 'a.yaml': await sealed(configMap('config-map')) },
      decrypts: false,
      ready: true,
      holds: { resource: 'configmaps', name: 'config-map', text: ciphertext },
      finding: 'error flux.ciphertext-stored',
    },
    {
      name: 'custom',
      files: { 'a.yaml': await sealed(helmRepository, { encrypted_regex: '^url$' }) },
      decrypts: false,
      ready: '.sops: field not declared in schema',
      finding: 'error flux.ciphertext-refused',
    },
    {
      name: 'deployment-text',
      files: { 'a.yaml': await sealed(deployment('deployment-text'), { encrypted_regex: '^value$' }) },
      decrypts: false,
      ready: true,
      holds: { resource: 'deployments.v1.apps', name: 'deployment-text', text: ciphertext },
      finding: 'error flux.ciphertext-stored',
    },
    {
      name: 'deployment-number',
      files: { 'a.yaml': await sealed(deployment('deployment-number'), { encrypted_regex: '^replicas$' }) },
      decrypts: false,
      ready: '.sops: field not declared in schema',
      finding: 'error flux.ciphertext-refused',
    },
    {
      name: 'generator',
      files: {
        'kustomization.yaml': kustomization(
          'namespace: $NS',
          'secretGenerator: [{name: generator, files: [a.yaml], options: {disableNameSuffixHash: true}}]',
        ),
        'a.yaml': await sealed('password: canary\n', {}),
      },
      decrypts: false,
      ready: true,
      holds: { resource: 'secrets', name: 'generator', text: ciphertext },
      finding: 'error flux.ciphertext-stored',
    },
    {
      name: 'cut-off',
      files: { 'a.yaml': string.slice(0, string.indexOf('sops:')) },
      decrypts: true,
      ready: true,
      holds: { resource: 'secrets', name: 'cut-off', text: ciphertext },
      finding: 'error flux.cut-off',
    },
    {
      name: 'list',
      files: {
        'a.yaml': await sealed(`apiVersion: v1\nkind: List\nitems:\n${indent(secret('list'))}`),
      },
      decrypts: true,
      ready: true,
      holds: { resource: 'secrets', name: 'list', text: ciphertext },
      finding: 'error flux.sops-on-kind',
    },
    {
      name: 'kustomization',
      files: {
        'kustomization.yaml': await sealed(kustomization('resources: [a.yaml]', 'namePrefix: x-'), {
          encrypted_regex: '^namePrefix$',
        }),
        'a.yaml': configMap('kustomization'),
      },
      decrypts: true,
      // at the path itself the controller drops the block, and kustomize takes the ciphertext for the prefix
      ready: 'ENC[AES256_GCM',
      finding: 'error flux.sops-on-kind',
    },
    {
      name: 'nested-kustomization',
      files: {
        'kustomization.yaml': kustomization('resources: [below]'),
        'below/kustomization.yaml': await sealed(kustomization('resources: [a.yaml]', 'namePrefix: x-'), {
          encrypted_regex: '^namePrefix$',
        }),
        'below/a.yaml': configMap('nested-kustomization'),
      },
      decrypts: true,
      ready: 'unknown field "sops"',
      finding: 'error flux.sops-on-kind',
    },
    {
      name: 'old-patch',
      files: {
        'kustomization.yaml': kustomization('resources: [a.yaml]', 'patchesStrategicMerge: [b.yaml]'),
        'a.yaml': configMap('old-patch'),
        'b.yaml': await sealed(configMap('old-patch', 'data:\n  other: canary\n')),
      },
      decrypts: true,
      ready: noMatch,
      finding: 'error flux.sops-on-kind',
    },
    {
      name: 'patch',
      files: {
        'kustomization.yaml': kustomization('resources: [a.yaml]', 'patches: [{path: b.yaml}]'),
        'a.yaml': configMap('patch'),
        'b.yaml': await sealed(configMap('patch', 'data:\n  other: canary\n')),
      },
      decrypts: true,
      ready: true,
      holds: { resource: 'configmaps', name: 'patch', text: '"other":"canary"' },
      finding: null,
    },
    {
      name: 'config-map-generator',
      files: {
        'kustomization.yaml': kustomization(
          'namespace: $NS',
          'configMapGenerator: [{name: config-map-generator, files: [a.yaml], options: {disableNameSuffixHash: true}}]',
        ),
        'a.yaml': await sealed('password: canary\n', {}),
      },
      decrypts: true,
      ready: true,
      holds: { resource: 'configmaps', name: 'config-map-generator', text: ciphertext },
      finding: 'error flux.config-map-generator',
    },
    {
      name: 'sealed-identity',
      files: {
        'a.yaml': await sealed(secret('sealed-identity'), {}),
      },
      decrypts: true,
      spec: '  targetNamespace: $NS\n',
      ready: noMatch,
      finding: 'error flux.sealed-identity',
    },
    {
      name: 'encrypted-comment',
      files: {
        'a.yaml': await sealed(configMap('encrypted-comment', 'data:\n  # seal\n  key: canary\n'), {
          encrypted_comment_regex: 'seal',
        }),
      },
      decrypts: true,
      ready: true,
      holds: { resource: 'configmaps', name: 'encrypted-comment', text: ciphertext },
      finding: 'error flux.comment-selector',
    },
    {
      name: 'unencrypted-comment',
      files: {
        'a.yaml': await sealed(
          `# open\napiVersion: v1\n# open\nkind: ConfigMap\n# open\nmetadata:\n  name: unencrypted-comment\n  namespace: $NS\ndata:\n  key: canary\n`,
          { unencrypted_comment_regex: 'open' },
        ),
      },
      decrypts: true,
      ready: noMatch,
      finding: 'error flux.comment-selector',
    },
    {
      name: 'patched',
      files: {
        'kustomization.yaml': kustomization(
          'resources: [a.yaml]',
          'patches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: patched, namespace: $NS}, stringData: {other: plain}}"}]',
        ),
        'a.yaml': await sealed(secret('patched')),
      },
      decrypts: true,
      ready: noMatch,
      finding: 'error flux.patched-ciphertext',
    },
    {
      name: 'ssh',
      files: { 'a.yaml': await sealed(secret('ssh'), preset, sshKey) },
      decrypts: true,
      ready: dataKey,
      finding: 'error flux.recipient',
    },
    {
      name: 'merge-key',
      files: {
        'a.yaml': await sealed(
          configMap('merge-key', 'x-shared: &shared\n  one: canary\ndata:\n  <<: *shared\n  two: canary\n'),
          { encrypted_regex: '^data$' },
        ),
      },
      decrypts: true,
      ready: 'message authentication failed',
      finding: 'error flux.merge-key',
    },
    {
      name: 'too-large',
      files: {
        'kustomization.yaml': kustomization('secretGenerator: [{name: too-large, files: [a.bin]}]'),
        'a.bin': Buffer.alloc((5 << 20) + 1, 'a'),
      },
      decrypts: true,
      ready: 'exceeding limit',
      finding: 'error flux.too-large',
    },
    ...structureCases(),
  ];
}

/** What else the controller does, one mistake each. */
function structureCases(): readonly LintCase[] {
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.lint.example.com}
spec:
  group: lint.example.com
  names: {kind: Thing, plural: things, singular: thing}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: lint.example.com/v1
kind: Thing
metadata: {name: thing, namespace: $NS}
`;
  return [
    {
      name: 'not-kubernetes',
      files: { 'a.yaml': configMap('not-kubernetes'), 'values.yaml': 'replicas: 1\n' },
      decrypts: false,
      ready: 'missing Resource metadata',
      finding: 'error flux.not-kubernetes',
    },
    {
      name: 'path-missing',
      files: {},
      decrypts: false,
      ready: 'kustomization path not found',
      finding: 'error flux.path-missing',
    },
    {
      name: 'path-empty',
      files: { 'README.md': 'nothing here\n' },
      decrypts: false,
      ready: true,
      finding: 'warning flux.path-empty',
    },
    {
      name: 'namespace-renamed',
      files: { 'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: another}\n' },
      decrypts: false,
      spec: '  targetNamespace: $NS\n',
      ready: true,
      finding: 'error flux.namespace-renamed',
    },
    {
      name: 'variable-eaten',
      files: { 'a.yaml': configMap('variable-eaten', 'data:\n  run.sh: |\n    echo "a${HOME}b$USER"\n') },
      decrypts: false,
      spec: '  postBuild: {substitute: {OTHER: x}}\n',
      ready: 'variable not set (strict mode): "HOME"',
      finding: 'error flux.variable-eaten',
    },
    {
      name: 'variable-escaped',
      files: {
        'a.yaml': configMap(
          'variable-escaped',
          'data:\n  run.sh: |\n    echo "a$${HOME}b$USER${MISSING:=c}"\n',
        ),
      },
      decrypts: false,
      spec: '  postBuild: {substitute: {OTHER: x}}\n',
      ready: true,
      holds: { resource: 'configmaps', name: 'variable-escaped', text: 'a${HOME}b$USERc' },
      finding: null,
    },
    {
      name: 'missing-name',
      files: { 'a.yaml': configMap('missing-name') },
      decrypts: false,
      spec: '  dependsOn: [{name: ghost}]\n',
      ready: 'ghost',
      finding: 'warning flux.missing-name',
    },
    {
      name: 'crd-together',
      files: { 'a.yaml': crd },
      decrypts: false,
      ready: true,
      holds: { resource: 'things.v1.lint.example.com', name: 'thing', text: 'Thing' },
      finding: 'note flux.crd-together',
    },
    {
      name: 'removed-api',
      files: {
        'a.yaml':
          'apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: $NS}\nspec: {maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a}}\n',
      },
      decrypts: false,
      ready: 'no matches for kind "HorizontalPodAutoscaler"',
      finding: 'error flux.removed-api',
    },
  ];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line, index) => (line === '' ? '' : `${index === 0 ? '  - ' : '    '}${line}`))
    .join('\n');
}
