import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encrypt } from '../../src/index.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { KeysWorld } from './keys-world.ts';

const { x25519 } = ageVectors;
let world: KeysWorld;
beforeEach(async () => {
  world = new KeysWorld();
  const recipients = { age: [x25519.recipient] };
  world.write('app.yaml', await encrypt('password: test\n', { format: 'yaml', recipients }));
});
afterEach(() => world.remove());

describe('keys audit', () => {
  it('prints text, JSON or a page', async () => {
    const text = await world.run(['keys', 'audit']);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('1 encrypted file for 1 recipient');
    const json = await world.run(['keys', 'audit', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      root: world.folder,
      files: [{ path: 'app.yaml' }],
    });
    const page = await world.run(['keys', 'audit', '--html', '-']);
    expect(page.stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  });

  it('opens files with the key that is here, unless it is told not to', async () => {
    const key = { SOPS_AGE_KEY: x25519.identity };
    expect((await world.run(['keys', 'audit'], key)).stdout).toContain('1 of them open here');
    expect((await world.run(['keys', 'audit', '--no-open'], key)).stdout).not.toContain('open here');
  });

  it('writes to a file', async () => {
    const { status, stdout } = await world.run(['keys', 'audit', '--html', 'audit.html']);
    expect([status, stdout]).toEqual([0, '']);
    expect(readFileSync(path.join(world.folder, 'audit.html'), 'utf8')).toContain('app.yaml');
  });

  it('ends with 1 where a file that looks encrypted could not be read', async () => {
    world.write('cut.yaml', 'a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\n');
    const { status, stdout } = await world.run(['keys', 'audit']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/Could not be read \(1\)\n {2}cut\.yaml: /);
  });

  it('says that there is nothing where there is nothing', async () => {
    world.write('empty/readme.txt', 'nothing');
    const { status, stdout } = await world.run(['keys', 'audit', path.join(world.folder, 'empty')]);
    expect(status).toBe(0);
    expect(stdout).toBe(`${world.folder}: 0 encrypted files for 0 recipients; 0 of them open here\n`);
    const page = await world.run(['keys', 'audit', '--html', '-', path.join(world.folder, 'empty')]);
    expect(page.stdout).not.toContain('<table');
  });

  it.each([
    [['--json', '--html', 'a.html'], 8, '--json'],
    [['--html', 'a.html', '--output', 'b.html'], 8, '--html'],
    [['--html'], 1, '--html'],
    [['--html', '--output'], 1, '--html'],
    [['--config', 'nosuch.yaml'], 1, 'nosuch.yaml'],
    [['--history'], 1, 'git'],
    [['--range', 'v1..HEAD'], 1, 'not on PATH'],
    [['nowhere.yaml'], 2, 'nowhere.yaml'],
    [['--histroy'], 1, '--history'],
    [['--json', '--output', 'no/such/folder/audit.json'], 3, 'audit.json'],
  ])('refuses %j', async (flags, status, said) => {
    const outcome = await world.run(['keys', 'audit', ...flags]);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toContain(said);
    expect(outcome.status).toBe(status);
    expect(existsSync(path.join(world.folder, 'no'))).toBe(false);
  });

  it.each([
    ['an encrypted file', 'app.yaml', null],
    ['a configuration', '.sops.yaml', 'creation_rules: []\n'],
    ['a private key', 'test.agekey', `# a test key\n${x25519.identity}\n`],
  ])('does not write a report over %s', async (what, name, content) => {
    if (content !== null) world.write(name, content);
    const before = readFileSync(path.join(world.folder, name), 'utf8');
    for (const flag of ['--output', '--html']) {
      const { status, stderr } = await world.run(['keys', 'audit', flag, name]);
      expect(status).toBe(3);
      expect(stderr).toContain(`written over ${what}`);
    }
    expect(readFileSync(path.join(world.folder, name), 'utf8')).toBe(before);
  });

  it('writes over its own reports', async () => {
    for (const flags of [
      ['--html', 'audit.html'],
      ['--json', '--output', 'audit.json'],
    ])
      for (const _time of [1, 2]) expect((await world.run(['keys', 'audit', ...flags])).status).toBe(0);
  });

  it('fails with --strict where there is something to mend', async () => {
    expect((await world.run(['keys', 'audit', '--strict'])).status).toBe(1);
    const recipients = { age: [x25519.recipient, ageVectors.pq.recipient] };
    world.write('app.yaml', await encrypt('password: test\n', { format: 'yaml', recipients }));
    expect((await world.run(['keys', 'audit', '--strict'])).status).toBe(0);
  });

  it('has a table of files and recipients, with commands for the folder one is in', async () => {
    world.write('.sops.yaml', `creation_rules:\n  - age: ${ageVectors.pq.recipient}\n`);
    const { stdout } = await world.run(['keys', 'audit']);
    expect(stdout).toMatch(/Files and recipients\n {3}A {2}opens here\n {3}\+ {2}no {8}app\.yaml\n/);
    expect(stdout).toContain('sopskit rekey app.yaml');
  });

  it.skipIf(process.platform === 'win32')('reads a pipe of keys once', async () => {
    const pipe = path.join(world.folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `printf '%s\\n' "$0" > "$1"`, x25519.identity, pipe]);
    const { stdout } = await world.run(['keys', 'audit', 'app.yaml'], { SOPS_AGE_KEY_FILE: pipe });
    writer.kill();
    expect(stdout).toContain('1 of them open here');
  });
});

describe('a private key that was given in the wrong place', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['--config', ['keys', 'audit', '--config', x25519.identity], {}],
    ['a flag', ['keys', 'audit', `--${x25519.identity}`], {}],
    ['SOPS_CONFIG', ['keys', 'audit'], { SOPS_CONFIG: x25519.identity }],
    ['SOPSKIT_PGP_KEY_FILES', ['keys', 'list'], { SOPSKIT_PGP_KEY_FILES: x25519.identity }],
    ['XDG_CONFIG_HOME', ['keys', 'list'], { XDG_CONFIG_HOME: `/${x25519.identity}` }],
    ['XDG_CONFIG_HOME', ['keys', 'doctor', 'app.yaml'], { XDG_CONFIG_HOME: `/${x25519.identity}` }],
  ])('is not repeated: %s', async (_where, argv, variables) => {
    const { stdout, stderr } = await world.run(argv, variables);
    expect(stdout + stderr).not.toBe('');
    for (const said of [stdout, stderr])
      expect(said.toUpperCase()).not.toContain(x25519.identity.slice(18, 40));
  });
});
