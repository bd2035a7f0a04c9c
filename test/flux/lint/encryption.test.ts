import { describe, expect, it } from 'vitest';
import {
  app,
  configMap,
  decryption,
  findingsOf,
  kustomization,
  object,
  sealed,
  secret,
  toldOf,
} from './lint-world.ts';

const data = `data:\n  password: ${Buffer.from('canary').toString('base64')}\n`;
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH7O0Qm0S8VfLC6pXcBGSz2d5S5ZxY1YlGHDkE0o0PlS';

const undecrypted: [string, string, string[]][] = [
  ['a Secret with stringData', await sealed(secret()), ['error flux.ciphertext-stored app/a.yaml:7']],
  ['a Secret with data', await sealed(secret('app', data)), ['error flux.ciphertext-refused app/a.yaml:7']],
  ['a ConfigMap', await sealed(configMap()), ['error flux.ciphertext-stored app/a.yaml:7']],
  [
    'a custom resource',
    await sealed(object('example.com/v1', 'Thing', 'a', 'spec:\n  data: canary\n')),
    ['error flux.ciphertext-refused app/a.yaml:7'],
  ],
  [
    'a number where ciphertext is none',
    await sealed(object('apps/v1', 'Deployment', 'a', 'spec:\n  replicas: 1\n'), {
      encrypted_regex: 'replicas',
    }),
    ['error flux.ciphertext-refused app/a.yaml:7'],
  ],
  [
    'a Secret of which nothing is encrypted',
    await sealed(secret('app', 'type: Opaque\nstringData: {}\n')),
    [],
  ],
  [
    'what an annotation leaves sealed, and the API server refuses',
    await sealed(
      secret('app', data).replace(
        '  name:',
        '  annotations: {kustomize.toolkit.fluxcd.io/decrypt: disabled}\n  name:',
      ),
    ),
    [],
  ],
  [
    'what an operator decrypts',
    await sealed(object('isindir.github.com/v1alpha3', 'SopsSecret', 'a', 'data: {a: canary}\n')),
    [],
  ],
];

describe('encrypted files under a Kustomization without decryption', () => {
  it.each(undecrypted)('%s', async (_, text, expected) => {
    expect(await findingsOf(app({ 'a.yaml': text }))).toEqual(expected);
    expect(await findingsOf(app({ 'a.yaml': text }, decryption))).toEqual([]);
  });

  it('what a secretGenerator reads', async () => {
    const files = {
      'kustomization.yaml': kustomization(
        'resources: [b.yaml]',
        'secretGenerator: [{name: a, files: [a.yaml]}]',
      ),
      'a.yaml': await sealed('password: canary\n', {}),
      'b.yaml': configMap(),
    };
    expect(await findingsOf(app(files))).toEqual(['error flux.ciphertext-stored app/a.yaml:-']);
    expect(await findingsOf(app(files, decryption))).toEqual([]);
  });

  it('names the Kustomization, what Flux does, and where to mend it', async () => {
    const [told] = await toldOf('flux.ciphertext-stored', app({ 'a.yaml': await sealed(secret()) }));
    expect(told).toBe(
      'error app/a.yaml:7 Secret app is encrypted, and Kustomization flux-system/app has no decryption: Flux says Ready, and the ciphertext is stored as the value',
    );
  });
});

const undecryptable: [string, Record<string, string | Uint8Array>, string[]][] = [
  [
    'flux.cut-off',
    { 'a.yaml': (await sealed(secret())).replace(/^sops:[\s\S]*/m, '') },
    ['error app/a.yaml:7'],
  ],
  [
    'flux.sops-on-kind',
    {
      'a.yaml': await sealed(
        `apiVersion: v1\nkind: List\nitems:\n  - ${secret().trimEnd().replaceAll('\n', '\n    ')}\n`,
      ),
    },
    ['error app/a.yaml:1'],
  ],
  [
    'flux.sops-on-kind',
    {
      'kustomization.yaml': await sealed(kustomization('resources: [a.yaml]', 'namePrefix: x-'), {
        encrypted_regex: 'namePrefix',
      }),
      'a.yaml': configMap(),
    },
    ['error app/kustomization.yaml:-'],
  ],
  [
    'flux.sops-on-kind',
    {
      'kustomization.yaml': kustomization('resources: [a.yaml]', 'patchesStrategicMerge: [b.yaml]'),
      'a.yaml': configMap(),
      'b.yaml': await sealed(configMap()),
    },
    ['error app/b.yaml:-'],
  ],
  [
    'flux.config-map-generator',
    {
      'kustomization.yaml': kustomization('configMapGenerator: [{name: a, envs: [a.env.yaml]}]'),
      'a.env.yaml': await sealed('password: canary\n', {}),
    },
    ['error app/a.env.yaml:-'],
  ],
  ['flux.sealed-identity', { 'a.yaml': await sealed(secret(), {}) }, ['warning app/a.yaml:1']],
  [
    'flux.sealed-identity',
    {
      'kustomization.yaml': kustomization('namespace: app', 'resources: [a.yaml]'),
      'a.yaml': await sealed(secret(), {}),
    },
    ['error app/a.yaml:1'],
  ],
  [
    'flux.comment-selector',
    {
      'a.yaml': await sealed(configMap('a', 'data:\n  # seal\n  key: canary\n'), {
        encrypted_comment_regex: 'seal',
      }),
    },
    ['error app/a.yaml:8'],
  ],
  ['flux.recipient', { 'a.yaml': await sealed(secret(), undefined, sshKey) }, ['error app/a.yaml:-']],
  [
    'flux.merge-key',
    {
      'a.yaml': await sealed(configMap('a', 'x: &x\n  one: canary\ndata:\n  <<: *x\n'), {
        encrypted_regex: '^data$',
      }),
    },
    ['error app/a.yaml:9'],
  ],
  [
    'flux.too-large',
    {
      'kustomization.yaml': kustomization('secretGenerator: [{name: a, files: [a.bin]}]'),
      'a.bin': Buffer.alloc((5 << 20) + 1),
    },
    ['error app/a.bin:-'],
  ],
];

describe('what Flux cannot decrypt', () => {
  it.each(undecryptable)('%s', async (code, files, expected) => {
    const told = await toldOf(code, app(files, decryption));
    expect(told.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual(expected);
  });

  it('is not what sops makes of a Secret by the preset', async () => {
    const files = {
      'kustomization.yaml': kustomization(
        'namespace: app',
        'resources: [a.yaml]',
        'patches: [{path: b.yaml}]',
      ),
      'a.yaml': await sealed(secret()),
      'b.yaml': await sealed(configMap()),
    };
    expect(await findingsOf(app(files, decryption))).toEqual([]);
  });
});

describe('flux.patched-ciphertext', () => {
  const patched = async (patch: string) => ({
    'kustomization.yaml': kustomization('resources: [a.yaml]', 'patches:', patch),
    'a.yaml': await sealed(secret('app')),
  });

  it.each([
    [
      'a value, by name',
      '  - patch: |\n      {apiVersion: v1, kind: Secret, metadata: {name: app}, stringData: {password: x}}',
      1,
    ],
    [
      'a new key, by target',
      '  - target: {kind: Secret}\n    patch: |\n      - {op: add, path: /stringData/b, value: x}',
      1,
    ],
    [
      'a label',
      '  - patch: |\n      {apiVersion: v1, kind: Secret, metadata: {name: app, labels: {a: b}}}',
      0,
    ],
    [
      'another Secret',
      '  - patch: |\n      {apiVersion: v1, kind: Secret, metadata: {name: other}, stringData: {password: x}}',
      0,
    ],
    ['a removal', '  - target: {kind: Secret}\n    patch: |\n      - {op: remove, path: /stringData/b}', 0],
  ])('%s', async (_, patch, count) => {
    expect(await toldOf('flux.patched-ciphertext', app(await patched(patch), decryption))).toHaveLength(
      count,
    );
  });

  it('sees the patches of the Kustomization itself', async () => {
    const more = `${decryption}  patches:\n    - target: {kind: Secret, name: a.*}\n      patch: "[{op: replace, path: /stringData/password, value: x}]"\n`;
    const told = await toldOf('flux.patched-ciphertext', app({ 'a.yaml': await sealed(secret()) }, more));
    expect(told).toEqual([
      expect.stringMatching(
        /^error clusters\/test\/app\.yaml:\d+ the patch sets stringData\.password of Secret app/,
      ),
    ]);
  });
});

describe('the decryption key', () => {
  const ofFlux = (text: string) => text.replace('namespace: app', 'namespace: flux-system');

  it.each([
    ['age.key', 1],
    ['age.agekey', 0],
    ['identity.asc', 0],
    ['sops.vault-token', 0],
  ])('%s in a Secret that no Kustomization applies', async (key, count) => {
    const files = {
      ...app({ 'a.yaml': configMap() }, decryption),
      'bootstrap/key.yaml': ofFlux(secret('sops-age', `stringData:\n  ${key}: canary\n`)),
    };
    expect(await toldOf('flux.key-suffix', files)).toHaveLength(count);
  });

  it('in a secretGenerator', async () => {
    const files = app(
      {
        'kustomization.yaml': kustomization('secretGenerator:', '  - name: sops-age', '    files: [age.key]'),
      },
      decryption,
    );
    expect(await toldOf('flux.key-suffix', files)).toEqual([
      'error app/kustomization.yaml:4 no key of Secret sops-age, which Kustomizations decrypt with, is one that Flux takes: age.key',
    ]);
  });
});

describe('what flux bootstrap applies itself', () => {
  const folder = 'clusters/test/flux-system';

  it('flux.sync-edited', async () => {
    const sync = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec:\n  interval: 1m\n  ref: {branch: main}\n  url: https://example.com/a\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec:\n  interval: 10m\n  path: ./clusters/test\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n  decryption:\n    provider: sops\n  wait: true\n`;
    const told = await findingsOf({ [`${folder}/gotk-sync.yaml`]: sync });
    expect(told).toEqual([
      `warning flux.sync-edited ${folder}/gotk-sync.yaml:17`,
      `note flux.sync-edited ${folder}/gotk-sync.yaml:19`,
    ]);
  });

  it('flux.sealed-bootstrap', async () => {
    const files = {
      [`${folder}/kustomization.yaml`]: kustomization(
        'resources: [gotk-components.yaml, gotk-sync.yaml, a.yaml]',
      ),
      [`${folder}/a.yaml`]: await sealed(secret()),
    };
    expect(await toldOf('flux.sealed-bootstrap', files)).toHaveLength(1);
    expect(await toldOf('flux.sealed-bootstrap', app({ 'a.yaml': await sealed(secret()) }))).toEqual([]);
  });

  it.each([
    ['', 1],
    ['    target: {kind: Kustomization}\n', 0],
  ])('flux.patch-without-target %s', async (target, count) => {
    const patch = `  - patch: |\n      apiVersion: kustomize.toolkit.fluxcd.io/v1\n      kind: Kustomization\n      metadata: {name: flux-system, namespace: flux-system}\n      spec: {decryption: {provider: sops}}\n${target}`;
    const files = {
      [`${folder}/kustomization.yaml`]: kustomization(
        'resources: [gotk-components.yaml, gotk-sync.yaml]',
        'patches:',
        patch,
      ),
    };
    expect(await toldOf('flux.patch-without-target', files)).toHaveLength(count);
  });
});
