export type SealedFormat = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';

export const canary: string = 'canary-decryptions';

export interface DecryptionCase {
  /** Files of its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines of its Kustomization's spec. */
  readonly spec?: string;
  /** Titles of what the controller decrypts; empty: nothing. */
  readonly titles: readonly string[];
}

const secret = (name: string, values: string, more = '') =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: $NS\n${more}${values}`;
const stringData = `stringData:\n  password: ${canary}\n`;
const listing = (...lines: readonly string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join('\n')}\n`;
const annotation = 'kustomize.toolkit.fluxcd.io/decrypt: disabled';
const untouched = ['options:', '  annotations:', `    ${annotation}`];
const disabled = `  annotations:\n    ${annotation}\n`;
export const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
const indented = (text: string, spaces: number) => text.replace(/^(?=.)/gm, ' '.repeat(spaces));

/**
 * Every way to have something encrypted that was thought of, a folder and a Kustomization each; `$NS` stands for the
 * namespace. `sealed` encrypts a text for the key of the test.
 */
export async function decryptionCases(
  sealed: (text: string, format?: SealedFormat, select?: string | null) => Promise<string>,
): Promise<Readonly<Record<string, DecryptionCase>>> {
  const env = await sealed(`PASSWORD=${canary}\n`, 'dotenv', null);
  const yaml = await sealed(`password: ${canary}\n`, 'yaml', null);
  const json = await sealed(`{"password": "${canary}"}`, 'json', null);
  const ini = await sealed(`[a]\npassword = ${canary}\n`, 'ini', null);
  const binary = await sealed(canary, 'binary', null);
  const one = (name: string, values = stringData, more = '') => sealed(secret(name, values, more));
  const generator = (kind: string, name: string, ...lines: readonly string[]) =>
    listing(`${kind}:`, `  - name: ${name}`, ...lines.map((line) => indented(line, 4)));
  const fileOf = (name: string, file: string, text: string): DecryptionCase => ({
    files: {
      'kustomization.yaml': generator('secretGenerator', name, `files: [${file}]`),
      [file]: text,
    },
    titles: [`Secret ${name} (secretGenerator)`],
  });
  const item = indented(await one('list-own'), 4).replace(/^ {4}/, '  - ');
  return {
    plain: { files: { 'a.yaml': secret('plain', stringData) }, titles: [] },
    yaml: { files: { 'sub/a.yaml': await one('yaml') }, titles: ['Secret $NS/yaml'] },
    json: {
      files: {
        'kustomization.yaml': listing('resources: [a.json]'),
        'a.json': await sealed(
          `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "json", "namespace": "$NS"}, "stringData": {"password": "${canary}"}}`,
          'json',
        ),
      },
      titles: ['Secret $NS/json'],
    },
    'any-kind': {
      files: {
        'a.yaml': await sealed(
          `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any-kind, namespace: $NS}\ndata:\n  a: ${canary}\n`,
        ),
      },
      titles: ['ConfigMap $NS/any-kind'],
    },
    operator: {
      files: {
        'a.yaml': await sealed(
          `apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: operator, namespace: $NS}\nspec:\n  secretTemplates:\n    - name: x\n      stringData:\n        a: ${canary}\n`,
        ),
      },
      titles: ['SopsSecret $NS/operator'],
    },
    list: {
      files: {
        'a.yaml': await sealed(
          `apiVersion: v1\nkind: List\nitems:\n${indented(secret('list', stringData), 4).replace(/^ {4}/, '  - ')}`,
        ),
      },
      titles: [],
    },
    'list-own': {
      files: { 'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${item}` },
      titles: ['Secret $NS/list-own'],
    },
    'secret-list': {
      files: {
        'a.yaml': await sealed(
          `apiVersion: v1\nkind: SecretList\nitems:\n${indented(secret('secret-list', stringData), 4).replace(/^ {4}/, '  - ')}`,
        ),
      },
      titles: [],
    },
    'two-documents': {
      files: {
        'a.yaml': await sealed(`${secret('two-documents', stringData)}---\n${secret('other', stringData)}`),
      },
      titles: ['Secret $NS/two-documents', 'Secret $NS/other'],
    },
    'two-seals': {
      files: { 'a.yaml': `${await one('two-seals')}---\n${secret('plain-beside', stringData)}` },
      titles: ['Secret $NS/two-seals'],
    },
    disabled: { files: { 'a.yaml': await one('disabled', stringData, disabled) }, titles: [] },
    'disabled-by-kustomize': {
      files: {
        'kustomization.yaml': listing('resources: [a.yaml]', 'commonAnnotations:', `  ${annotation}`),
        'a.yaml': await one('disabled-by-kustomize'),
      },
      titles: [],
    },
    'disabled-by-flux': {
      files: { 'a.yaml': await one('disabled-by-flux') },
      spec: `  commonMetadata:\n    annotations:\n      ${annotation}\n`,
      titles: ['Secret $NS/disabled-by-flux'],
    },
    'enabled-by-kustomize': {
      files: {
        'kustomization.yaml': listing(
          'resources: [a.yaml]',
          'commonAnnotations:',
          '  kustomize.toolkit.fluxcd.io/decrypt: enabled',
        ),
        'a.yaml': await one('enabled-by-kustomize', stringData, disabled),
      },
      titles: ['Secret $NS/enabled-by-kustomize'],
    },
    removed: {
      files: {
        'kustomization.yaml': listing(
          'resources: [a.yaml, b.yaml]',
          'patches:',
          '  - patch: |',
          '      $patch: delete',
          '      apiVersion: v1',
          '      kind: Secret',
          '      metadata: {name: removed, namespace: $NS}',
        ),
        'a.yaml': await one('removed'),
        'b.yaml': secret('stays', stringData),
      },
      titles: [],
    },
    renamed: {
      files: {
        'kustomization.yaml': listing('resources: [a.yaml]', 'namePrefix: pre-', 'nameSuffix: -post'),
        'a.yaml': await one('renamed'),
      },
      titles: ['Secret $NS/pre-renamed-post'],
    },
    'no-mac': {
      files: { 'a.yaml': (await one('no-mac')).replace(/^ {4}mac: .*\n/m, '') },
      titles: [],
    },
    embedded: {
      files: {
        'a.yaml': secret('embedded', `data:\n  app.yaml: ${inBase64(yaml)}\n  plain: ${inBase64('a')}\n`),
      },
      titles: ['Secret $NS/embedded, data.app.yaml'],
    },
    'embedded-env': {
      files: { 'a.yaml': secret('embedded-env', `data:\n  app: ${inBase64(env)}\n`) },
      titles: ['Secret $NS/embedded-env, data.app'],
    },
    'embedded-text': {
      files: { 'a.yaml': secret('embedded-text', `stringData:\n  app.yaml: |\n${indented(yaml, 4)}`) },
      titles: [],
    },
    'embedded-disabled': {
      files: { 'a.yaml': secret('embedded-disabled', `data:\n  app.yaml: ${inBase64(yaml)}\n`, disabled) },
      titles: [],
    },
    'file-yaml': fileOf('file-yaml', 'app.yaml', yaml),
    'file-json': {
      files: {
        'kustomization.yaml': generator(
          'secretGenerator',
          'file-json',
          'files: [.dockerconfigjson=app.json]',
        ),
        'app.json': json,
      },
      titles: ['Secret file-json (secretGenerator)'],
    },
    'file-compact': {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'file-compact', 'files: [app.json]'),
        'app.json': JSON.stringify(JSON.parse(json)),
      },
      titles: [],
    },
    'file-ini': fileOf('file-ini', 'app.ini', ini),
    'file-binary': fileOf('file-binary', 'app.bin', binary),
    'file-late': {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'file-late', 'files: [config=app.env]'),
        'app.env': env,
      },
      titles: ['Secret file-late (secretGenerator)'],
    },
    'file-late-disabled': {
      files: {
        'kustomization.yaml': generator(
          'secretGenerator',
          'file-late-disabled',
          'files: [config=app.env]',
          ...untouched,
        ),
        'app.env': env,
      },
      titles: [],
    },
    'file-disabled': {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'file-disabled', 'files: [app.env]', ...untouched),
        'app.env': env,
      },
      titles: ['Secret file-disabled (secretGenerator)'],
    },
    envs: {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'envs', 'envs: [app.env]'),
        'app.env': env,
      },
      titles: ['Secret envs (secretGenerator)'],
    },
    'envs-any-name': {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'envs-any-name', 'envs: [settings]'),
        settings: env,
      },
      titles: ['Secret envs-any-name (secretGenerator)'],
    },
    'env-alone': {
      files: {
        'kustomization.yaml': generator('secretGenerator', 'env-alone', 'env: app.env'),
        'app.env': env,
      },
      titles: [],
    },
    literal: {
      files: {
        'kustomization.yaml': generator(
          'secretGenerator',
          'literal',
          'literals:',
          '  - |-',
          indented(`app.yaml=${yaml}`, 4),
        ),
      },
      titles: ['Secret literal (secretGenerator), app.yaml'],
    },
    'config-map': {
      files: {
        'kustomization.yaml': generator('configMapGenerator', 'config-map', 'files: [app.yaml]'),
        'app.yaml': yaml,
      },
      titles: [],
    },
    patch: {
      files: {
        'kustomization.yaml': listing('resources: [a.yaml]', 'patches:', '  - path: p.yaml'),
        'a.yaml': secret('patch', 'stringData:\n  a: b\n'),
        'p.yaml': await one('patch'),
      },
      titles: ['patch of Secret patch'],
    },
    'old-patch': {
      files: {
        'kustomization.yaml': listing('resources: [a.yaml]', 'patchesStrategicMerge: [p.yaml]'),
        'a.yaml': secret('old-patch', 'stringData:\n  a: b\n'),
        'p.yaml': await one('old-patch'),
      },
      titles: ['patch of Secret old-patch'],
    },
    base: {
      files: {
        'kustomization.yaml': listing('resources: [base]', 'components: [part]'),
        'base/kustomization.yaml': listing('resources: [a.yaml]'),
        'base/a.yaml': secret('base', stringData),
        'part/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nsecretGenerator:\n  - name: part\n    envs: [app.env]\n',
        'part/app.env': env,
      },
      titles: ['Secret part (secretGenerator)'],
    },
  };
}
