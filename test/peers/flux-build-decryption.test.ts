import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Build, Builder } from '../../src/flux/build/build.ts';
import { openBuilder } from '../../src/flux/build/builder.ts';
import { jsonText } from '../../src/flux/build/json-text.ts';
import { masked } from '../../src/flux/build/masked.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { kustomizationOf, noObjects, summary, treeOf } from '../flux/build/scene.ts';
import { buildKey, sealed } from '../flux/build/sealed.ts';
import { describePeers } from './peers.ts';

const canary = 'the-canary-of-this-test';
const secret = (name: string, fields: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: apps}\n${fields}`;
const decrypting = 'path: .\ndecryption: {provider: sops, secretRef: {name: sops-age}}\n';
const onlyValues = ['--encrypted-regex', '^(data|stringData)$'];

describePeers('flux build of encrypted files', ['kustomize', 'sops'], ({ kustomize, sops }) => {
  let home: string;
  let builder: Builder;
  const open = (key: string | null): Builder =>
    openBuilder(
      realSystem(
        { XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, ...(key === null ? {} : { SOPS_AGE_KEY: key }) },
        [kustomize],
      ),
      { remoteBases: false },
    );
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    builder = open(buildKey.identity);
  });
  afterEach(async () => {
    await builder.close();
    rmSync(home, { recursive: true });
  });
  const build = (spec: string, files: Record<string, string>, by = builder): Promise<Build> =>
    by.build(kustomizationOf(spec), treeOf(files), noObjects);
  const texts = (built: Build): string[] =>
    built.kind === 'built'
      ? built.objects.map(({ manifest }) => jsonText(manifest))
      : [String(summary(built))];
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it('decrypts a Secret, and takes its stringData for data', async () => {
    const file = sealed(sops, 's.yaml', secret('s', `stringData: {token: ${canary}}\n`), onlyValues);
    const built = await build(decrypting, { 's.yaml': file });
    expect(texts(built)[0]).toContain(`"data":{"token":"${base64(canary)}"}`);
    expect(texts(built)[0]).not.toContain('sops');
  });

  it('decrypts a whole manifest, with its kind and name, and one of any kind', async () => {
    const whole = sealed(sops, 's.yaml', secret('whole', `data: {token: ${base64(canary)}}\n`));
    const custom = sealed(
      sops,
      'c.yaml',
      `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: c, namespace: apps}\nspec: {password: ${canary}, size: 3}\n`,
      ['--encrypted-regex', '^spec$'],
    );
    const built = await build(decrypting, {
      'kustomization.yaml': 'resources: [c.yaml]\n',
      'c.yaml': custom,
    });
    expect(texts(built)).toEqual([expect.stringContaining(`"spec":{"password":"${canary}","size":3}`)]);
    if (built.kind === 'built')
      expect(
        built.objects
          .map(masked)
          .map((one) => jsonText(one))
          .join(),
      ).not.toContain(canary);
    expect(summary(await build(decrypting, { 's.yaml': whole }))).toEqual(['apps_whole__Secret']);
    const locked = await build(decrypting, { 's.yaml': whole }, open(null));
    expect(summary(locked)).toMatch(/^unknown: missing-key: /);
  });

  it('decrypts what generators and patches read, in folders below too', async () => {
    const files = {
      'kustomization.yaml': 'resources: [base]\npatches: [{path: patch.yaml}]\n',
      'patch.yaml': sealed(
        sops,
        'patch.yaml',
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: apps}\ndata: {p: ${canary}}\n`,
        ['--encrypted-regex', '^data$'],
      ),
      'base/kustomization.yaml':
        'resources: [c.yaml]\nnamespace: apps\nsecretGenerator: [{name: g, files: [token.txt, auth.json=auth.enc], envs: [a.env]}]\n',
      'base/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n',
      'base/token.txt': sealed(sops, 'token.txt', canary),
      'base/auth.enc': sealed(sops, 'auth.json', `{"user": "${canary}"}`),
      'base/a.env': sealed(sops, 'a.env', `PASSWORD=${canary}\n`),
    };
    const built = await build(decrypting, files);
    const [map = '', generated = ''] = texts(built);
    expect(map).toContain(`"p":"${canary}"`);
    expect(generated).toContain(`"token.txt":"${base64(canary)}"`);
    expect(generated).toContain(`"PASSWORD":"${base64(canary)}"`);
    expect(Buffer.from(/"auth.json":"([^"]*)"/.exec(generated)?.[1] ?? '', 'base64').toString()).toContain(
      canary,
    );
    if (built.kind !== 'built') throw new TypeError('not built');
    expect(built.objects.map((object) => jsonText(masked(object))).join()).not.toContain(canary);
    expect(summary(await build(decrypting, files, open(null)))).toMatch(
      /missing-key: patch.yaml .*; missing-key: base\/token.txt|missing-key/,
    );
  });

  it('keeps a generated Secret whose name has no hash where its file cannot be opened', async () => {
    const files = {
      'kustomization.yaml':
        'namespace: apps\ngeneratorOptions: {disableNameSuffixHash: true}\nsecretGenerator: [{name: g, files: [token.txt]}]\n',
      'token.txt': sealed(sops, 'token.txt', canary),
    };
    const built = await build(decrypting, files, open(null));
    expect(summary(built)).toEqual(['apps_g__Secret']);
    expect(built).toMatchObject({ unknowns: [{ reason: 'missing-key' }, { reason: 'missing-key' }] });
    const hashed = { ...files, 'kustomization.yaml': files['kustomization.yaml'].replace('true', 'false') };
    expect(summary(await build(decrypting, hashed, open(null)))).toMatch(/^unknown: missing-key: token.txt/);
    expect(summary(await build(decrypting, hashed))).toEqual([
      expect.stringMatching(/^apps_g-[a-z0-9]{10}__Secret$/),
    ]);
  });

  it('knows the id of a Secret that cannot be opened here, and keeps its ciphertext', async () => {
    const file = sealed(sops, 's.yaml', secret('s', `stringData: {token: ${canary}}\n`), onlyValues);
    const built = await build(decrypting, { 's.yaml': file }, open(null));
    expect(summary(built)).toEqual(['apps_s__Secret']);
    expect(built).toMatchObject({ unknowns: [{ reason: 'missing-key', subject: 'Secret apps/s' }] });
    expect(texts(built)[0]).toContain('ENC[AES256_GCM');
  });

  it('does without decryption as the controller does', async () => {
    const data = sealed(sops, 's.yaml', secret('s', `data: {token: ${base64(canary)}}\n`), onlyValues);
    expect(summary(await build('path: .', { 's.yaml': data }))).toBe(
      'failed: Secret/apps/s is SOPS encrypted, configuring decryption is required for this secret to be reconciled',
    );
    const text = sealed(sops, 's.yaml', secret('s', `stringData: {token: ${canary}}\n`), onlyValues);
    const built = await build('path: .', { 's.yaml': text });
    expect(summary(built)).toEqual(['apps_s__Secret']);
    expect(texts(built)[0]).not.toContain('"sops"');
    const off = `${text.replace('metadata:', 'metadata:\n    annotations: {kustomize.toolkit.fluxcd.io/decrypt: Disabled}')}`;
    expect(texts(await build(decrypting, { 's.yaml': off }))[0]).toContain('ENC[AES256_GCM');
  });

  it('looks at no MAC, but fails on ciphertext that is not its own', async () => {
    const file = sealed(sops, 's.yaml', secret('s', `stringData: {token: ${canary}}\n`), onlyValues);
    expect(summary(await build(decrypting, { 's.yaml': file.replace('name: s', 'name: other') }))).toEqual([
      'apps_other__Secret',
    ]);
    const broken = file.replace(
      /(token: ENC\[AES256_GCM,data:)(.)/,
      (_all, head, letter) => head + (letter === 'A' ? 'B' : 'A'),
    );
    const failed = String(summary(await build(decrypting, { 's.yaml': broken })));
    expect(failed).toMatch(
      /^failed: decryption failed for 'Secret.v1.\[noGrp\]\/s': failed to decrypt and format 'apps\/s' Secret data: /,
    );
    expect(failed).not.toContain(canary);
  });

  it('never repeats what it opened when kustomize fails', async () => {
    const patch = sealed(
      sops,
      'patch.yaml',
      `apiVersion: v1\nkind: Secret\nmetadata: {name: gone, namespace: apps}\nstringData: {p: ${canary}}\n`,
      onlyValues,
    );
    const none = sealed(sops, 'patch.yaml', `p: ${canary}\nmore: [1]\n`);
    for (const file of [patch, none]) {
      const failed = await build(decrypting, {
        'kustomization.yaml':
          'resources: [c.yaml]\npatches: [{path: patch.yaml, target: {kind: Secret}}, {path: patch.yaml}]\n',
        'patch.yaml': file,
        'c.yaml': secret('c', ''),
      });
      expect(failed.kind).toBe('failed');
      expect(String(summary(failed))).not.toContain(canary);
      expect(String(summary(failed))).not.toContain(base64(canary));
    }
  });
});
