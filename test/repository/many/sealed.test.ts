import { rmSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateIdentity } from '../../../src/index.ts';
import { testKey } from '../../cli/world.ts';
import { ManyFolder, rule, secret } from './folder.ts';

let other: { readonly recipient: string; readonly keyFile: string };
beforeAll(async () => {
  other = await generateIdentity();
});

describe('commands on encrypted files of a folder', () => {
  let folder: ManyFolder;
  beforeEach(async () => {
    folder = new ManyFolder();
    folder.write('a.yaml', secret());
    folder.write('sub/b.yaml', `${secret('first')}---\n${secret('second')}`);
    folder.write('plain.yaml', 'kind: ConfigMap\n');
    await folder.run(['encrypt', '-i', '.']);
  });
  afterEach(() => folder.remove());

  const sealedNames = ['a.yaml', 'sub/b.yaml'];
  const encs = (name: string): string =>
    (folder.read(name).match(/-----BEGIN AGE[\s\S]*?-----END/g) ?? []).join();
  const bothRules = (): string => rule.replace(testKey.recipient, `${testKey.recipient},${other.recipient}`);
  const add = (name: string, line: string): void =>
    folder.write(name, folder.read(name).replace('stringData:\n', `stringData:\n  ${line}\n`));

  it('decrypt: opens what is encrypted and passes over the rest; a second run has nothing to do', async () => {
    expect(await folder.report(['decrypt', '-i', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 2, skipped: 2, reasons: { 'not-encrypted': 2 } },
    });
    expect(folder.read('a.yaml')).toBe(secret());
    expect(await folder.report(['decrypt', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 0 } });
    expect(await folder.report(['decrypt', '-i', 'a.yaml', 'plain.yaml'])).toMatchObject({
      summary: { failed: 2 },
    });
  });

  it('goes on after a failure, whose status it ends with', async () => {
    folder.write('a.yaml', folder.read('a.yaml').replace('name: app', 'name: changed'));
    const report = await folder.report(['decrypt', '-i', '.']);
    expect(report).toMatchObject({ status: 51, summary: { changed: 1, failed: 1 } });
    expect(report.of('a.yaml')?.error).toMatchObject({ code: 'sops.mac' });
    expect(folder.read('sub/b.yaml')).toContain('first');
  });

  it('ends with 1 where the failures are of several kinds', async () => {
    folder.write('a.yaml', folder.read('a.yaml').replace('name: app', 'name: changed'));
    folder.write('sub/b.yaml', folder.read('sub/b.yaml').replace(/mac: .*/, 'mac: [1]'));
    expect(await folder.report(['verify', '.'])).toMatchObject({ status: 1, summary: { failed: 2 } });
  });

  it('fail for metadata that is broken, ciphertext without any, and merge markers', async () => {
    folder.write('cut.yaml', folder.read('a.yaml').slice(0, folder.read('a.yaml').indexOf('sops:')));
    folder.write(
      'broken.yaml',
      folder.read('a.yaml').replace(/ {4}age:[\s\S]*?lastmod/, '    age: 5\n    lastmod'),
    );
    folder.write('merge.yaml', `<<<<<<< HEAD\n${folder.read('a.yaml')}=======\n>>>>>>> x\n`);
    for (const argv of [
      ['verify', '.'],
      ['rekey', '--dry-run', '.'],
      ['encrypt', '-i', '.'],
    ]) {
      const report = await folder.report(argv);
      expect(report.summary['failed']).toBe(3);
      expect(report.of('cut.yaml')?.error?.code).toBe('sops.not-encrypted');
      expect(report.of('broken.yaml')?.error?.code).toBe('sops.metadata');
      expect(report.of('merge.yaml')?.error?.code).toBe('document.syntax');
    }
  });

  it('verify: says which values are readable, and nothing secret', async () => {
    expect(await folder.run(['verify', 'a.yaml'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'sopskit verify: 1 verified\n',
    });
    add('a.yaml', 'added: canary-value');
    const { status, stderr, stdout } = await folder.run(['verify', '.', '--json']);
    expect(status).toBe(1);
    expect(stdout + stderr).not.toContain('canary');
    expect(stderr).toContain(
      'a.yaml:6 ["stringData"]["added"]: this value should be encrypted and is readable',
    );
  });

  it('encrypt: seals what was added to an encrypted file, with its own data key', async () => {
    const [before, keys] = [folder.read('a.yaml'), encs('a.yaml')];
    const password = /password: ENC.*/.exec(before)?.[0];
    add('a.yaml', '# new\n  added: canary-value\n  port: 0x50');
    expect(await folder.report(['encrypt', '-i', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 1, unchanged: 1 },
    });
    expect(folder.read('a.yaml')).not.toMatch(/canary|0x50|# new/);
    expect(folder.read('a.yaml')).toContain(password);
    expect(encs('a.yaml')).toBe(keys);
    expect(await folder.run(['decrypt', 'a.yaml'])).toMatchObject({
      stdout: secret().replace(
        'stringData:\n',
        'stringData:\n  # new\n  added: canary-value\n  port: 0x50\n',
      ),
    });
  });

  it('encrypt: vouches for no other change, unless it is told to', async () => {
    add('a.yaml', 'added: canary-value');
    folder.write('a.yaml', folder.read('a.yaml').replace('name: app', 'name: changed'));
    const before = folder.read('a.yaml');
    const report = await folder.report(['encrypt', '-i', '.']);
    expect(report.status).toBe(51);
    expect(report.of('a.yaml')?.error).toMatchObject({ code: 'sops.mac' });
    expect(folder.read('a.yaml')).toBe(before);
    expect(await folder.report(['encrypt', '-i', '--ignore-mac', '.'])).toMatchObject({ status: 0 });
    expect(await folder.run(['verify', '.'])).toMatchObject({ status: 0 });
    expect(folder.read('a.yaml')).not.toContain('canary');
    expect(await folder.run(['encrypt', '-i', '--ignore-mac', 'plain.yaml'])).toMatchObject({ status: 8 });
  });

  it('rotate: makes new data keys, and changes recipients as it is told', async () => {
    const before = sealedNames.map(encs);
    expect(await folder.report(['rotate', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 2 } });
    expect(sealedNames.map(encs)).not.toEqual(before);
    await folder.run(['rotate', '-i', '--add-age', other.recipient, '.']);
    for (const name of sealedNames) expect(folder.read(name)).toContain(other.recipient);
    expect(await folder.run(['verify', '.'])).toMatchObject({ status: 0 });
  });

  it('updatekeys: compares without an identity, writes with --yes, and leaves what is in sync', async () => {
    folder.write('.sops.yaml', bothRules());
    const stranger = new ManyFolder(bothRules(), { SOPS_AGE_KEY: '' });
    stranger.write('a.yaml', folder.read('a.yaml'));
    expect(await stranger.report(['updatekeys', '--dry-run', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 1 },
    });
    stranger.remove();

    const { stdout } = await folder.run(['updatekeys', '--dry-run', '.']);
    expect(stdout).toBe(`+++ ${other.recipient}\n  would be synced: a.yaml\n  would be synced: sub/b.yaml\n`);
    const report = await folder.report(['updatekeys', '--yes', '.']);
    expect(report.of('a.yaml')).toMatchObject({
      outcome: 'changed',
      keys: [{ added: [other.recipient], removed: [] }],
    });
    const after = sealedNames.map((name) => folder.read(name));
    expect(await folder.report(['updatekeys', '--yes', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 0, reasons: { 'in-sync': 2, 'not-encrypted': 2 } },
    });
    expect(sealedNames.map((name) => folder.read(name))).toEqual(after);
  });

  it('updatekeys: asks once for all, and only where somebody can answer', async () => {
    folder.write('.sops.yaml', bothRules());
    const before = folder.read('a.yaml');
    expect(await folder.run(['updatekeys', '.'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--yes'),
    });
    expect(await folder.run(['updatekeys', '.'], ['n'])).toMatchObject({ status: 0 });
    expect(folder.read('a.yaml')).toBe(before);
    const asked = await folder.run(['updatekeys', '.'], ['y']);
    expect(asked).toMatchObject({ status: 0, stderr: expect.stringContaining('2 synced, 2 skipped') });
    expect(asked.stdout.match(/Is this okay/g)).toHaveLength(1);
    expect(folder.read('a.yaml')).toContain(other.recipient);
    expect(await folder.run(['updatekeys', '.'], [])).toMatchObject({ status: 0, stdout: '' });
  });

  it('rekey: recipients and data key in one write', async () => {
    folder.write('.sops.yaml', rule.replace(testKey.recipient, other.recipient));
    const before = sealedNames.map(encs);
    const dry = await folder.run(['rekey', '--dry-run', '.']);
    expect(dry.stdout).toContain(`+++ ${other.recipient}\n--- ${testKey.recipient}\n`);
    expect(sealedNames.map(encs)).toEqual(before);
    expect(await folder.report(['rekey', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 2, failed: 0 },
    });
    expect(folder.read('a.yaml')).not.toContain(testKey.recipient);
    expect(await folder.report(['verify', '.'])).toMatchObject({ status: 128, summary: { failed: 2 } });
    const theirs = new ManyFolder(rule, { SOPS_AGE_KEY: other.keyFile });
    for (const name of sealedNames) theirs.write(name, folder.read(name));
    expect(await theirs.run(['verify', '.'])).toMatchObject({ status: 0 });
    expect(await theirs.run(['decrypt', 'a.yaml'])).toMatchObject({ stdout: secret() });
    theirs.remove();
  });

  it('rekey: always makes new data keys, and with --only-stale only where recipients differ', async () => {
    const before = sealedNames.map((name) => folder.read(name));
    expect(await folder.report(['rekey', '--only-stale', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 0, reasons: { 'in-sync': 2 } },
    });
    expect(sealedNames.map((name) => folder.read(name))).toEqual(before);
    expect(await folder.report(['rekey', '.'])).toMatchObject({ summary: { changed: 2 } });
    folder.write('.sops.yaml', bothRules());
    await folder.run(['rekey', 'a.yaml']);
    expect(await folder.report(['rekey', '--only-stale', '.'])).toMatchObject({
      summary: { changed: 1, unchanged: 1 },
    });
  });

  it('rekey and updatekeys: fail for a file that no rule matches', async () => {
    folder.write('.sops.yaml', rule.replace('  - enc', '  - path_regex: ^sub/\n    enc'));
    for (const argv of [['rekey'], ['updatekeys', '--yes']]) {
      const report = await folder.report([...argv, '.']);
      expect(report).toMatchObject({ status: 1, summary: { failed: 1 } });
      expect(report.of('a.yaml')?.error?.code).toBe('config.no-match');
    }
    rmSync(folder.path('.sops.yaml'));
    expect((await folder.report(['rekey', '.'])).of('a.yaml')?.error?.code).toBe('config.missing');
  });

  it('say what many files share once', async () => {
    const stranger = new ManyFolder(rule, { SOPS_AGE_KEY: '' });
    for (let index = 0; index < 9; index++) stranger.write(`${index}.yaml`, folder.read('a.yaml'));
    const { status, stderr } = await stranger.run(['verify', '.']);
    expect(status).toBe(128);
    expect(stderr.match(/no identity opens/g)).toHaveLength(1);
    expect(stderr).toContain('the same for 1.yaml, 2.yaml, 3.yaml, 4.yaml, 5.yaml and 3 more');
    expect(stderr).toContain('9 failed');
    stranger.remove();
  });

  it('leave a file alone that somebody else changes meanwhile', async () => {
    const { files } = folder.system;
    const meanwhile = `${folder.read('a.yaml')}# somebody else\n`;
    let reads = 0;
    const read = (path: string) => {
      if (path.endsWith('a.yaml') && ++reads === 2) folder.write('a.yaml', meanwhile);
      return files.read(path);
    };
    Object.assign(folder.system, { files: { ...files, read } });
    const report = await folder.report(['rotate', '-i', '.']);
    expect(report).toMatchObject({ status: 3, summary: { changed: 1, failed: 1 } });
    expect(report.of('a.yaml')?.error?.code).toBe('file.changed');
    expect(folder.read('a.yaml')).toBe(meanwhile);
  });

  it('pass over a file that goes while they look, and miss one that was named', async () => {
    const { files } = folder.system;
    const kindOf: typeof files.kindOf = (path) => {
      const kind = files.kindOf(path);
      if (path.endsWith('a.yaml')) rmSync(path, { force: true });
      return kind;
    };
    Object.assign(folder.system, { files: { ...files, kindOf } });
    expect(await folder.report(['verify', '.'])).toMatchObject({
      status: 0,
      summary: { unchanged: 1, reasons: { gone: 1 } },
    });
  });
});
