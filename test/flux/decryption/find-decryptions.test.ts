import { describe, expect, it } from 'vitest';
import type { Build } from '../../../src/flux/build/build.ts';
import type { KustomizationDecryption } from '../../../src/flux/decryption/decryption.ts';
import { findDecryptions } from '../../../src/flux/decryption/find-decryptions.ts';
import { readModel } from '../../../src/flux/model/read-model.ts';
import { encrypt } from '../../../src/index.ts';
import { testKey } from '../../cli/world.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import {
  app,
  type Contents,
  decryption,
  fileBuilder,
  kustomization,
  object,
  sealed,
  secret,
} from '../lint/lint-world.ts';
import { memorySnapshot, type Odd } from '../memory-snapshot.ts';
import { fluxKustomization, fluxSystem } from '../repositories.ts';

interface Options {
  readonly builds?: Readonly<Record<string, Build>>;
  readonly path?: string;
  readonly entryDecrypts?: boolean;
}

async function find(contents: Contents, options: Options = {}): Promise<readonly KustomizationDecryption[]> {
  const { builds = {}, path, entryDecrypts = false } = options;
  const files = new Map<string, string | Uint8Array | Odd>(
    fluxSystem('clusters/test', entryDecrypts, 'main'),
  );
  for (const [name, content] of Object.entries(contents)) if (content !== null) files.set(name, content);
  const model = await readModel(fakeSystem(), memorySnapshot(files), fileBuilder(builds), {
    ...{ git: null, paths: path === undefined ? [] : [path], clusters: [], remotes: [] },
  });
  const [cluster] = model.clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return await findDecryptions(cluster);
}

async function ofApp(
  contents: Contents,
  options?: Options & { readonly spec?: string },
): Promise<KustomizationDecryption> {
  const found = await find(app(contents, options?.spec ?? decryption), options);
  const one = found.find(({ key }) => key === 'flux-system/app');
  if (one === undefined) throw new Error('no such Kustomization');
  return one;
}

const shown = ({ sealed: files }: KustomizationDecryption): unknown =>
  files.map(({ path, titles, values }) => [path, titles.join(' + '), values.join(' ')]);

const unbuilt: Build = {
  kind: 'unknown',
  unknowns: [{ reason: 'remote-base', subject: 'x', message: 'a remote base', fix: '' }],
};

describe('a Kustomization', () => {
  it('decrypts with the Secret of its own namespace', async () => {
    const found = await ofApp({ 'a.yaml': await sealed(secret()) });
    expect(found).toMatchObject({
      ...{ cluster: 'clusters/test', key: 'flux-system/app', provider: 'sops' },
      ...{ secret: { namespace: 'flux-system', name: 'sops-age' }, broken: [], passedOver: [], unknowns: [] },
    });
    expect(shown(found)).toEqual([['app/a.yaml', 'Secret app/app', 'stringData.password']]);
    const [group] = found.sealed[0]?.metadata.keyGroups ?? [];
    expect(group?.map(({ id }) => id)).toEqual([testKey.recipient]);
    expect(JSON.stringify(shown(found))).not.toMatch(/canary|ENC\[/);
  });

  it('without a secretRef has none', async () => {
    const found = await ofApp({}, { spec: '  decryption:\n    provider: sops\n' });
    expect(found).toMatchObject({ provider: 'sops', secret: null, sealed: [] });
  });

  it('without decryption is told with what it reads', async () => {
    const found = await ofApp({ 'a.yaml': await sealed(secret()) }, { spec: '' });
    expect(found).toMatchObject({ provider: null, secret: null });
    expect(found.sealed).toHaveLength(1);
  });

  it('is in the list also where nothing of it is encrypted', async () => {
    const found = await find(app({ 'a.yaml': secret() }, decryption));
    expect(found.map(({ key, provider, sealed: { length } }) => [key, provider, length])).toEqual([
      ['flux-system/flux-system', null, 0],
      ['flux-system/app', 'sops', 0],
    ]);
  });

  it.each([
    [
      'an operation on all',
      '[{op: add, path: /spec/decryption, value: {provider: sops, secretRef: {name: own}}}]',
    ],
    [
      'operations on parts',
      '[{op: add, path: /spec/decryption/provider, value: sops}, {op: add, path: /spec/decryption/secretRef, value: {name: own}}]',
    ],
    [
      'a merge',
      '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: flux-system}, spec: {decryption: {provider: sops, secretRef: {name: own}}}}',
    ],
  ])('that could not be built is patched by %s', async (_how, patch) => {
    const target = patch.startsWith('[')
      ? '{kind: Kustomization}'
      : '{kind: Kustomization, name: flux-system}';
    const file = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [gotk-components.yaml, gotk-sync.yaml]\npatches:\n  - target: ${target}\n    patch: '${patch}'\n`;
    const contents = { 'clusters/test/flux-system/kustomization.yaml': file };
    const [entry] = await find(contents, { builds: { 'flux-system/flux-system': unbuilt } });
    expect(entry).toMatchObject({ provider: 'sops', secret: { namespace: 'flux-system', name: 'own' } });
    expect(entry?.unknowns).toEqual(unbuilt.unknowns);
  });

  it('that could not be built is patched as bootstrap’s users do it', async () => {
    const [entry] = await find({}, { builds: { 'flux-system/flux-system': unbuilt }, entryDecrypts: true });
    expect(entry).toMatchObject({ provider: 'sops', secret: { namespace: 'flux-system', name: 'sops-age' } });
  });
});

describe('what may be there besides', () => {
  it('is told of an opaque source', async () => {
    const spec = `${decryption}  targetNamespace: app\n`;
    const contents = {
      'clusters/test/far.yaml': `${fluxKustomization('far', 'x', spec).replace('name: flux-system\n  targetN', 'name: flux-system\n  targetN').replace('kind: GitRepository\n    name: flux-system', 'kind: OCIRepository\n    name: far')}`,
    };
    const found = (await find(contents)).find(({ key }) => key === 'flux-system/far');
    expect(found?.unknowns.map(({ reason }) => reason)).toContain('opaque-source');
    expect(found?.sealed).toEqual([]);
  });

  it('is told of a remote base, built or not', async () => {
    const contents = {
      'kustomization.yaml': kustomization('resources:', '  - https://example.com/x//base?ref=1'),
    };
    const { unknowns } = await ofApp(contents);
    expect(unknowns).toMatchObject([{ reason: 'remote-base', subject: 'flux-system/app' }]);
    const builds = { 'flux-system/app': unbuilt };
    expect((await ofApp(contents, { builds })).unknowns).toEqual(unbuilt.unknowns);
  });

  it('is told of a kustomization that cannot be read', async () => {
    const contents = { 'kustomization.yaml': 'resources: [a.yaml' };
    const { unknowns } = await ofApp(contents);
    expect(unknowns).toMatchObject([
      { reason: 'unreadable', message: expect.stringContaining('app/kustomization.yaml') },
    ]);
  });

  it('is told of an entry of which only the path is known', async () => {
    const [entry] = await find({ 'deploy/a.yaml': await sealed(secret()) }, { path: 'deploy' });
    expect(entry).toMatchObject({ provider: 'sops', secret: null, unknowns: [{ reason: 'live' }] });
    expect(entry?.sealed.map(({ path }) => path)).toEqual(['deploy/a.yaml']);
  });
});

describe('an encrypted file', () => {
  it('of two documents is one', async () => {
    const found = await ofApp({ 'a.yaml': await sealed(`${secret('a')}---\n${secret('b')}`) });
    expect(shown(found)).toEqual([['app/a.yaml', 'Secret app/a + Secret app/b', 'stringData.password']]);
  });

  it('of two documents for two recipients is two', async () => {
    const other = await encryptFor(
      'age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun',
      secret('b'),
    );
    const found = await ofApp({ 'a.yaml': `${await sealed(secret('a'))}---\n${other}` });
    expect(shown(found)).toEqual([
      ['app/a.yaml', 'Secret app/a', 'stringData.password'],
      ['app/a.yaml', 'Secret app/b', 'stringData.password'],
    ]);
  });

  it('that a List is, is taken apart and not decrypted', async () => {
    const items = secret()
      .replace(/^(?=.)/gm, '    ')
      .replace(/^ {4}/, '  - ');
    const found = await ofApp({ 'a.yaml': await sealed(`apiVersion: v1\nkind: List\nitems:\n${items}`) });
    expect(found.sealed).toEqual([]);
    expect(found.passedOver).toMatchObject([
      { path: 'app/a.yaml', message: expect.stringContaining('takes it apart') },
    ]);
  });

  it('whose block is damaged is nobody’s', async () => {
    const text = (await sealed(secret())).replace(/lastmodified: .*/, 'lastmodified: never');
    const found = await ofApp({ 'a.yaml': text });
    expect(found.sealed).toEqual([]);
    expect(found.broken).toMatchObject([
      { path: 'app/a.yaml', message: expect.stringContaining('Secret app/app: ') },
    ]);
    expect(JSON.stringify(found.broken)).not.toContain('ENC[');
  });

  it('that is no YAML any more is nobody’s', async () => {
    const text = (await sealed(secret())).replace('metadata:', 'metadata: [');
    const found = await ofApp({ 'a.yaml': text });
    expect(found).toMatchObject({ sealed: [], broken: [{ path: 'app/a.yaml' }] });
  });

  it('for an operator is decrypted by Flux only where that decrypts', async () => {
    const text = await sealed(
      object('isindir.github.com/v1alpha3', 'SopsSecret', 'a', 'data:\n  a: canary\n'),
    );
    expect(shown(await ofApp({ 'a.yaml': text }))).toEqual([['app/a.yaml', 'SopsSecret app/a', 'data.a']]);
    expect(shown(await ofApp({ 'a.yaml': text }, { spec: '' }))).toEqual([]);
  });

  it('that Flux is to leave alone is not among them', async () => {
    const note =
      '  annotations:\n    kustomize.toolkit.fluxcd.io/decrypt: Disabled\nstringData:\n  a: canary\n';
    const found = await ofApp({ 'a.yaml': await sealed(secret('a', note)) });
    expect(found).toMatchObject({ sealed: [], passedOver: [], broken: [] });
  });

  it('of another program is none', async () => {
    const text = object('v1', 'ConfigMap', 'a', 'data: {a: b}\nsops:\n  enabled: true\n');
    expect(await ofApp({ 'a.yaml': text })).toMatchObject({ sealed: [], broken: [] });
  });
});

async function encryptFor(recipient: string, text: string): Promise<string> {
  return await encrypt(text, {
    ...{ format: 'yaml', recipients: { age: [recipient] }, allowPlaintext: true },
    select: { encrypted_regex: '^stringData$' },
  });
}
