import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { testKey } from '../../cli/world.ts';
import { ManyFolder, rule, secret } from './folder.ts';

describe('what is given to a command on many files', () => {
  let folder: ManyFolder;
  beforeEach(() => {
    folder = new ManyFolder();
  });
  afterEach(() => folder.remove());

  it('is done as far as it exists; the rest are failures', async () => {
    folder.write('a.yaml', secret());
    const report = await folder.report(['encrypt', '-i', 'a.yaml', 'nope.yaml', 'no*.yaml']);
    expect(report).toMatchObject({ status: 2, summary: { changed: 1, failed: 2 } });
    expect(report.of('nope.yaml')?.error?.code).toBe('file.missing');
    expect(report.of('no*.yaml')?.error?.code).toBe('file.missing');
    expect(folder.read('a.yaml')).not.toContain('canary');
    const { status, stderr } = await folder.run(['updatekeys', '--yes', 'nope.yaml', '.']);
    expect(status).toBe(1);
    expect(stderr).toContain('1 in sync with their rules');
    expect(stderr).toContain('nope.yaml: there is no such file or folder');
  });

  it('is said to be empty, where a folder has no file', async () => {
    mkdirSync(folder.path('empty'));
    const report = await folder.report(['encrypt', '-i', 'empty']);
    expect(report).toMatchObject({ status: 0, summary: { reasons: { 'no-files': 1 } } });
    expect((await folder.run(['verify', 'empty'])).stderr).toContain('passed over empty: there is no file');
  });

  it('fails in a dry run, too, where it cannot be written', async () => {
    folder.write('a.yaml', secret());
    folder.write('b.yaml', secret());
    const { system } = folder;
    const refuse = (file: string) => {
      if (file.endsWith('a.yaml')) throw new SopskitError('file.unwritable', 'the folder is read-only');
    };
    Object.assign(folder, { system: { ...system, files: { ...system.files, checkReplaceable: refuse } } });
    const report = await folder.report(['encrypt', '--dry-run', '.']);
    expect(report).toMatchObject({ status: 3, summary: { changed: 1, failed: 1 } });
    expect(report.of('a.yaml')?.error?.code).toBe('file.unwritable');
    expect(folder.read('b.yaml')).toBe(secret());
  });
});

describe('Secrets that nothing chooses a selector for', () => {
  const bare = `creation_rules:\n  - age: ${testKey.recipient}\n`;
  let folder: ManyFolder;
  beforeEach(() => {
    folder = new ManyFolder(bare);
    folder.write('a.yaml', secret());
    folder.write('b.yaml', secret());
  });
  afterEach(() => folder.remove());

  it.each([
    ['by their rule', ['encrypt', '-i', '.']],
    ['by flags', ['encrypt', '-i', '--age', testKey.recipient, 'a.yaml', 'b.yaml']],
  ])('stay Secrets in a run over many: %s', async (_, argv) => {
    const { status, stderr } = await folder.run(argv);
    expect(status).toBe(0);
    expect(stderr).toContain('warning: a.yaml, b.yaml: no flag and no rule says what to encrypt');
    for (const name of ['a.yaml', 'b.yaml']) {
      expect(folder.read(name)).toMatch(/^apiVersion: v1\nkind: Secret\nmetadata:\n {2}name: app\n/);
      expect(folder.read(name)).toContain('encrypted_regex: ^(data|stringData)$');
      expect(folder.read(name)).not.toContain('canary');
    }
  });

  it('are encrypted as in sops one by one', async () => {
    const config = ['--config', folder.path('.sops.yaml')];
    expect((await folder.run(['encrypt', '-i', ...config, folder.path('a.yaml')])).status).toBe(0);
    expect((await folder.run(['encrypt', '-i', '--jobs', '1', 'b.yaml'])).status).toBe(0);
    for (const name of ['a.yaml', 'b.yaml']) expect(folder.read(name)).toMatch(/^kind: ENC\[/m);
  });

  it('go by a selector that is given', async () => {
    await folder.run(['encrypt', '-i', '--unencrypted-suffix', '_unencrypted', '.']);
    expect(folder.read('a.yaml')).toMatch(/^kind: ENC\[/m);
  });
});

describe('what a sops block would break', () => {
  const release =
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    a: canary\n';
  const kustomization = 'secretGenerator:\n  - name: s\n    literals:\n      - a=canary\n';
  let folder: ManyFolder;
  const config = () => ['--config', folder.path('.sops.yaml')];
  beforeEach(() => {
    folder = new ManyFolder(rule.replace('stringData', 'stringData|literals|values'));
    folder.write('kustomization.yaml', kustomization);
    folder.write('release.yaml', release);
  });
  afterEach(() => folder.remove());

  it.each([
    ['encrypt', '-i'],
    ['encrypt', '--dry-run'],
    ['encrypt', '--json', '-i'],
    ['-e', '-i'],
    ['-e'],
    ['encrypt'],
  ])('is refused: %s %s', async (...argv) => {
    for (const name of ['kustomization.yaml', 'release.yaml']) {
      const { status, stdout, stderr } = await folder.run([...argv, ...config(), folder.path(name)]);
      expect([status, stderr, stdout]).toEqual([
        1,
        expect.stringContaining('the file holds a'),
        expect.any(String),
      ]);
      expect(stdout).not.toContain('ENC[');
    }
    expect(folder.read('kustomization.yaml')).toBe(kustomization);
    expect(folder.read('release.yaml')).toBe(release);
  });

  it('says what to do instead, and does it all the same with --any-kind', async () => {
    const { stdout, stderr } = await folder.run(['encrypt', ...config(), folder.path('release.yaml')]);
    expect(stdout).toBe('');
    expect(stderr).toContain('a HelmRelease of Flux');
    expect(stderr).toContain('--any-kind');
    const one = await folder.run(['encrypt', '--any-kind', ...config(), folder.path('release.yaml')]);
    expect(one).toMatchObject({ status: 0, stdout: expect.stringContaining('ENC[') });
    const two = await folder.run(['encrypt', '-i', '--any-kind', 'kustomization.yaml', 'release.yaml']);
    expect(two.status).toBe(0);
    expect(folder.read('kustomization.yaml')).not.toContain('canary');
  });

  it('is no manifest any more as binary', async () => {
    const argv = ['encrypt', '--input-type', 'binary', ...config(), folder.path('kustomization.yaml')];
    expect(await folder.run(argv)).toMatchObject({ status: 0, stdout: expect.stringContaining('"data"') });
  });
});

describe('a key sops without metadata', () => {
  it.each(['sops: {}', 'sops: null', 'sops: text'])('is refused, and the fix named: %s', async (line) => {
    const folder = new ManyFolder();
    folder.write('a.yaml', `${secret()}${line}\n`);
    for (const name of [folder.path('a.yaml'), '.']) {
      const { status, stderr } = await folder.run([
        'encrypt',
        '-i',
        '--config',
        folder.path('.sops.yaml'),
        name,
      ]);
      expect(status).toBe(203);
      expect(stderr).toContain('Remove the key sops');
      expect(stderr).not.toContain('canary');
    }
    folder.remove();
  });
});
