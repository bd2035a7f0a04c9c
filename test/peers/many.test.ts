import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generateIdentity } from '../../src/index.ts';
import { testKey } from '../cli/world.ts';
import { Scene } from '../faults/scene.ts';
import { vectors } from '../keys/pgp/world.ts';
import { hasGpg, makeGpgHome } from './gpg-home.ts';
import { describePeers } from './peers.ts';

const rule = (recipients: string): string =>
  `creation_rules:\n  - path_regex: ^apps/\n    encrypted_regex: ^(data|stringData)$\n    age: ${recipients}\n`;
const secretOf = (name: string): string =>
  `# of the ${name}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n  user: me\n  password: "canary ${name}"\n`;

describePeers('many files, real git and real sops', ['sops', 'git'], ({ sops, git }) => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
    run(git, ['init', '-q']);
    for (const folder of ['apps/one', 'apps/two', 'other', 'ignored'])
      fs.mkdirSync(scene.path(folder), { recursive: true });
    scene.write('.sops.yaml', rule(testKey.recipient));
    scene.write('.gitignore', 'ignored/\n');
  });
  afterEach(() => scene.remove());

  function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
    const variables = { GIT_CONFIG_NOSYSTEM: '1', SOPS_DISABLE_VERSION_CHECK: '1', ...env };
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: scene.cwd,
      env: scene.env(variables),
    });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  const report = (argv: readonly string[], env = {}) => {
    const { status, stdout } = scene.run([...argv, '--json'], { env });
    return { status, ...(JSON.parse(stdout.toString()) as { summary: Record<string, number> }) };
  };
  const opens = (name: string, env = {}) => run(sops, ['decrypt', name], env);

  /** Enough files that worker threads are used. */
  function manySecrets(): string[] {
    const names = Array.from(
      { length: 70 },
      (_, index) => `apps/${index % 2 ? 'one' : 'two'}/s${index}.yaml`,
    );
    for (const name of names) scene.write(name, secretOf(path.basename(name)));
    return names;
  }

  it('encrypts what sops decrypts, decrypts what sops encrypts', () => {
    const names = manySecrets();
    expect(report(['encrypt', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 70, failed: 0 } });
    for (const name of names.slice(0, 10)) {
      expect(scene.read(name).toString()).not.toContain('canary');
      expect(opens(name)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`canary ${path.basename(name)}`),
      });
    }
    for (const name of names.slice(10, 20)) {
      scene.write(name, secretOf(path.basename(name)));
      expect(run(sops, ['encrypt', '-i', name]).status).toBe(0);
    }
    expect(report(['verify', '.'])).toMatchObject({ status: 0, summary: { unchanged: 70 } });
    const printed = new Map(names.slice(10, 20).map((name) => [name, opens(name).stdout]));
    expect(report(['decrypt', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 70 } });
    for (const [name, text] of printed) expect(scene.read(name).toString()).toBe(text);
    expect(scene.read(names[0] ?? '').toString()).toBe(secretOf(path.basename(names[0] ?? '')));
  });

  it('rekeys so that sops opens the files with the new identity, and not with the old one', async () => {
    const names = manySecrets();
    expect(scene.run(['encrypt', '-i', '.']).status).toBe(0);
    const next = await generateIdentity();
    const theirs = { SOPS_AGE_KEY: next.keyFile };
    scene.write('.sops.yaml', rule(next.recipient));
    expect(report(['rekey', '.'])).toMatchObject({ status: 0, summary: { changed: 70 } });
    for (const name of names.slice(0, 5)) {
      expect(opens(name).status).not.toBe(0);
      expect(opens(name, theirs)).toMatchObject({ status: 0, stdout: expect.stringContaining('canary') });
    }
    expect(report(['verify', '.'], theirs)).toMatchObject({ status: 0, summary: { unchanged: 70 } });
    expect(run(sops, ['rotate', '-i', names[0] ?? ''], theirs).status).toBe(0);
    expect(report(['rekey', '--only-stale', '.'], theirs)).toMatchObject({ summary: { unchanged: 70 } });
  });

  it('syncs keys as sops does', async () => {
    const { recipient } = await generateIdentity();
    for (const name of ['apps/one/a.yaml', 'apps/two/a.yaml']) scene.write(name, secretOf('a'));
    expect(scene.run(['encrypt', '-i', '.']).status).toBe(0);
    scene.write('apps/two/a.yaml', scene.read('apps/one/a.yaml'));
    scene.write('.sops.yaml', rule(`${testKey.recipient},${recipient}`));
    expect(run(sops, ['updatekeys', '-y', 'apps/one/a.yaml']).status).toBe(0);
    expect(report(['updatekeys', '--yes', 'apps'])).toMatchObject({ summary: { changed: 1, unchanged: 1 } });
    const recipients = (name: string) =>
      scene
        .read(name)
        .toString()
        .match(/recipient: .*/g);
    expect(recipients('apps/two/a.yaml')).toEqual(recipients('apps/one/a.yaml'));
    expect(opens('apps/two/a.yaml').status).toBe(0);
  });

  it('seals what was added in clear, which sops cannot open before and can after', () => {
    scene.write('apps/one/a.yaml', secretOf('a'));
    expect(run(sops, ['encrypt', '-i', 'apps/one/a.yaml']).status).toBe(0);
    const sealed = scene.read('apps/one/a.yaml').toString();
    scene.write('apps/one/a.yaml', sealed.replace('stringData:\n', 'stringData:\n    added: 5 # by hand\n'));
    expect(opens('apps/one/a.yaml').status).not.toBe(0);
    expect(report(['verify', '.']).summary['failed']).toBe(1);
    expect(report(['encrypt', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 1 } });
    expect(opens('apps/one/a.yaml')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('added: 5'),
    });
  });

  it('takes what git tracks or does not ignore, under any name', () => {
    const names = ['apps/with space.yaml', 'apps/new\nline.yaml', `apps/"quo'te.yaml`, 'apps/ü.yaml'];
    for (const name of names) scene.write(name, secretOf('a'));
    scene.write('ignored/a.yaml', secretOf('a'));
    scene.write('other/a.yaml', secretOf('a'));
    const raw = Buffer.concat([
      Buffer.from(`${scene.path('apps')}/`),
      Buffer.from([0xff, 0x2e]),
      Buffer.from('yaml'),
    ]);
    fs.writeFileSync(raw, secretOf('raw'));
    run(git, ['add', 'apps']);
    fs.rmSync(scene.path('apps/ü.yaml')); // tracked, and gone
    expect(report(['encrypt', '-i', '.'])).toMatchObject({ status: 0, summary: { changed: 4 } });
    expect(fs.readFileSync(raw, 'utf8')).toContain('sops:');
    for (const name of ['ignored/a.yaml', 'other/a.yaml'])
      expect(scene.read(name).toString()).toBe(secretOf('a'));
    expect(scene.run(['encrypt', '-i', '.'], { cwd: scene.path('apps') }).status).toBe(0);
  });

  it('follows no symbolic link, and writes nothing outside the given paths', () => {
    const outside = path.join(scene.root, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'a.yaml'), secretOf('out'));
    fs.symlinkSync(outside, scene.path('apps/out'));
    fs.symlinkSync(path.join(outside, 'a.yaml'), scene.path('apps/link.yaml'));
    fs.symlinkSync('../other/b.yaml', scene.path('apps/inside.yaml'));
    scene.write('other/b.yaml', secretOf('b'));
    scene.write('apps/a.yaml', secretOf('a'));
    run(git, ['add', '.']);
    expect(report(['encrypt', '-i', 'apps'])).toMatchObject({ status: 0, summary: { changed: 1 } });
    expect(fs.readFileSync(path.join(outside, 'a.yaml'), 'utf8')).toBe(secretOf('out'));
    expect(scene.read('other/b.yaml').toString()).toBe(secretOf('b'));
  });

  it('asks the key command once for all files of a recipient', () => {
    manySecrets();
    expect(scene.run(['encrypt', '-i', '.']).status).toBe(0);
    const log = scene.path('ignored/asked');
    const command = scene.write(
      'ignored/key.sh',
      `#!/bin/sh\necho asked >> '${log}'\necho ${testKey.identity}\n`,
      0o755,
    );
    const env = { SOPS_AGE_KEY: undefined, SOPS_AGE_KEY_CMD: command };
    expect(report(['verify', '.'], env)).toMatchObject({ status: 0, summary: { unchanged: 70 } });
    expect(fs.readFileSync(log, 'utf8')).toBe('asked\n');
  });

  it.skipIf(!hasGpg)('opens files for PGP with one call of gpg each, and one question in all', () => {
    const home = makeGpgHome('alice.key.asc');
    try {
      const names = manySecrets();
      const { fingerprints } = vectors;
      const key = fingerprints.alice;
      scene.write('.sops.yaml', rule('x').replace('age: x', `pgp: "${key}"`));
      const env = { ...home.env, SOPS_AGE_KEY: undefined };
      expect(report(['encrypt', '-i', '.'], env)).toMatchObject({ status: 0, summary: { changed: 70 } });
      home.calls();
      expect(report(['verify', '.'], env)).toMatchObject({ status: 0, summary: { unchanged: 70 } });
      expect(home.calls()).toHaveLength(names.length);
      expect(home.dialogs()).toBeLessThanOrEqual(1);
      expect(run(sops, ['decrypt', names[0] ?? ''], home.env).status).toBe(0);
    } finally {
      home.remove();
    }
  });

  it('manages tens of thousands of files that are none of its business', () => {
    for (let folder = 0; folder < 20; folder++) {
      fs.mkdirSync(scene.path(`other/${folder}`));
      for (let file = 0; file < 1_000; file++)
        scene.write(`other/${folder}/${file}.yaml`, 'kind: ConfigMap\n');
    }
    scene.write('apps/one/a.yaml', secretOf('a'));
    const { status, stdout } = scene.run(['encrypt', '-i', '--json', '.']);
    expect(status).toBe(0);
    const { summary, files } = JSON.parse(stdout.toString());
    expect(summary).toMatchObject({ changed: 1, failed: 0 });
    expect(summary.files).toBeGreaterThan(20_000);
    expect(files).toHaveLength(1);
  });
});
