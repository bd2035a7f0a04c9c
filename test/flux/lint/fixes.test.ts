import { describe, expect, it } from 'vitest';
import type { Build } from '../../../src/flux/build/build.ts';
import {
  app,
  type Contents,
  configMap,
  decryption,
  findingsOf,
  kustomization,
  lint,
  sealed,
  secret,
  toldOf,
} from './lint-world.ts';

const folder = 'clusters/test/flux-system';
const resources = 'resources: [gotk-components.yaml, gotk-sync.yaml]';

async function fixesOf(code: string, contents: Contents, builds?: Record<string, Build>): Promise<string[]> {
  const { findings } = await lint(contents, builds === undefined ? {} : { builds });
  return findings.filter(({ rule }) => rule.code === code).map(({ fix }) => fix);
}

const unknown: Build = {
  kind: 'unknown',
  unknowns: [
    {
      reason: 'missing-key',
      subject: 'flux-system/flux-system',
      message: 'a.txt cannot be opened',
      fix: 'x',
    },
  ],
};

describe('what lies in flux-system', () => {
  const sync = (more: string) =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec:\n  interval: 1m\n  ref: {branch: main}\n  url: https://example.com/a\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec:\n  interval: 10m\n  path: ./clusters/test\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n${more}`;

  it.each([
    ['  wait: true\n', '/spec/wait', true],
    ['  decryption: {provider: sops}\n', '/spec/decryption', { provider: 'sops' }],
    [`  postBuild:\n    substitute: {a: "it's"}\n`, '/spec/postBuild', { substitute: { a: "it's" } }],
  ])('flux.sync-edited prints a patch that kustomize reads: %s', async (more, path, value) => {
    const [fix = ''] = await fixesOf('flux.sync-edited', { [`${folder}/gotk-sync.yaml`]: sync(more) });
    const [, patch = ''] =
      /target: \{kind: Kustomization, name: flux-system\}, patch: '(.*)'\}$/.exec(fix) ?? [];
    expect(JSON.parse(patch.replaceAll("''", "'"))).toEqual([{ op: 'add', path, value }]);
  });

  const merge = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {decryption: {provider: sops}}\n`;

  it.each([
    ['patches: [{path: dec.yaml}]', 'dec.yaml', 1],
    ['patches: [{path: dec/dec.yaml}]', 'dec/dec.yaml', 1],
    ['patchesStrategicMerge: [dec.yaml]', 'dec.yaml', 1],
    ['patches: [{path: dec.yaml, target: {kind: Kustomization}}]', 'dec.yaml', 0],
  ])('flux.patch-without-target by file: %s', async (patches, file, count) => {
    const files = {
      [`${folder}/kustomization.yaml`]: kustomization(resources, patches),
      [`${folder}/${file}`]: merge,
    };
    expect(await toldOf('flux.patch-without-target', files)).toHaveLength(count);
  });

  it.each([
    ['decryption', 0],
    ['prune', 1],
  ])('a patch of %s is read where nothing could be built', async (field, count) => {
    const files = {
      [`${folder}/kustomization.yaml`]: kustomization(
        resources,
        'patches:',
        '  - target: {kind: Kustomization, name: flux-system}',
        `    patch: |\n      - {op: add, path: /spec/${field}, value: {provider: sops}}`,
      ),
      'clusters/test/a.yaml': await sealed(secret()),
    };
    const { findings } = await lint(files, { builds: { 'flux-system/flux-system': unknown } });
    expect(findings.filter(({ rule }) => rule.code === 'flux.ciphertext-stored')).toHaveLength(count);
  });
});

describe('flux.key-suffix', () => {
  const key = (namespace: string) =>
    secret('sops-age', 'stringData:\n  age.key: canary\n').replace('  namespace: app\n', namespace);
  const files = (text: string) => ({
    ...app({ 'a.yaml': configMap() }, decryption),
    'bootstrap/key.yaml': text,
  });

  it('has an encrypted key renamed by sopskit edit', async () => {
    const text = key('  namespace: flux-system\n');
    expect(await fixesOf('flux.key-suffix', files(text))).toEqual([
      'Rename age.key to age.agekey (for PGP: .asc).',
    ]);
    expect(await fixesOf('flux.key-suffix', files(await sealed(text)))).toEqual([
      'Rename age.key to age.agekey, in an editor that seals it anew: sopskit edit bootstrap/key.yaml (for PGP: .asc).',
    ]);
  });

  it.each([
    ['of another namespace', '  namespace: other\n', 0],
    ['without a namespace', '', 1],
  ])('a Secret %s', async (_, namespace, count) => {
    expect(await toldOf('flux.key-suffix', files(key(namespace)))).toHaveLength(count);
  });

  it('goes by the namespace that a build gives it', async () => {
    const built = (namespace: string) =>
      app({ 'a.yaml': key('') }, `${decryption}  targetNamespace: ${namespace}\n`);
    expect(await toldOf('flux.key-suffix', built('other'))).toEqual([]);
    expect(await toldOf('flux.key-suffix', built('flux-system'))).toHaveLength(1);
  });
});

describe('replacements over ciphertext', () => {
  const replacement =
    'source: {kind: ConfigMap, name: b, fieldPath: data.key}\ntargets:\n  - select: {kind: Secret}\n    fieldPaths: [FIELD]\n';
  const files = async (field: string, reject = '') => ({
    'kustomization.yaml': kustomization('resources: [a.yaml, b.yaml]', 'replacements:', '  - path: r.yaml'),
    'r.yaml': `${replacement.replace('FIELD', field)}${reject}`,
    'a.yaml': await sealed(secret()),
    'b.yaml': configMap('b'),
  });

  it.each([
    ['stringData.password', '', ['error app/r.yaml:3']],
    ['metadata.name', '', []],
    ['stringData.password', '    reject: [{name: app}]\n', []],
  ])('%s %s', async (field, reject, expected) => {
    const told = await toldOf('flux.patched-ciphertext', app(await files(field, reject), decryption));
    expect(told.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual(expected);
  });

  it('are what the failed build is told of', async () => {
    const failed: Build = { kind: 'failed', message: 'it fails', fix: 'Encrypt it anew.' };
    const contents = app(await files('stringData.password'), decryption);
    expect(await fixesOf('flux.build-failed', contents, { 'flux-system/app': failed })).toEqual([
      'It is what flux.patched-ciphertext tells of app/r.yaml; see there.',
    ]);
  });
});

describe('a build that fails', () => {
  it('is told without the call stack of kustomize', async () => {
    const message =
      'kustomize build failed: panic: not equal\n\ngoroutine 1 [running]:\na.B(...)\n\ta.go:1\n';
    const { findings } = await lint(app({ 'a.yaml': configMap() }), {
      builds: { 'flux-system/app': { kind: 'failed', message, fix: 'x' } },
    });
    expect(findings.map((one) => one.message)).toEqual([
      'flux-system/app fails: kustomize build failed: panic: not equal',
    ]);
  });
});

describe('sealed values that stay sealed', () => {
  it.each(['', decryption])('decrypt: disabled on a Secret with stringData %s', async (more) => {
    const text = secret().replace(
      '  name:',
      '  annotations: {kustomize.toolkit.fluxcd.io/decrypt: disabled}\n  name:',
    );
    expect(await findingsOf(app({ 'a.yaml': await sealed(text) }, more))).toEqual([
      'warning flux.ciphertext-stored app/a.yaml:8',
    ]);
  });

  it('ciphertext as a literal of a generator', async () => {
    const [, value = ''] = /password: (ENC\[.*\])/.exec(await sealed(secret())) ?? [];
    const generator = `secretGenerator: [{name: a, literals: ["password=${value}", "user=ENC[x]"]}]`;
    expect(await toldOf('flux.cut-off', app({ 'kustomization.yaml': kustomization(generator) }))).toEqual([
      'error app/kustomization.yaml:3 the literal is ciphertext, which nothing opens: Kustomization flux-system/app would store it as it is',
    ]);
  });

  it.each([
    [
      'a.txt=a.yaml',
      [
        'Give it a name that ends in .yaml: a.yaml=a.yaml, or encrypt the file as one value (sopskit encrypt --input-type binary).',
      ],
    ],
    ['b.yaml=a.yaml', []],
    ['a.yaml', []],
  ])('YAML in a secretGenerator as %s', async (name, fixes) => {
    const files = {
      'kustomization.yaml': kustomization(`secretGenerator: [{name: a, files: ["${name}"]}]`),
      'a.yaml': await sealed('password: canary\n', {}),
    };
    expect(await fixesOf('flux.sops-on-kind', app(files, decryption))).toEqual(fixes);
  });
});
