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
    const page = await world.run(['keys', 'audit', '--html']);
    expect(page.stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  });

  it('opens files with the key that is here, unless it is told not to', async () => {
    const key = { SOPS_AGE_KEY: x25519.identity };
    expect((await world.run(['keys', 'audit'], key)).stdout).toContain('1 of them open here');
    expect((await world.run(['keys', 'audit', '--no-open'], key)).stdout).not.toContain('open here');
  });

  it('writes to a file', async () => {
    const { status, stdout } = await world.run(['keys', 'audit', '--html', '--output', 'audit.html']);
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
    const page = await world.run(['keys', 'audit', '--html', path.join(world.folder, 'empty')]);
    expect(page.stdout).not.toContain('<table');
  });

  it.each([
    [['--json', '--html'], 8, '--json'],
    [['--history'], 1, 'no git repository'],
    [['--range', 'v1..HEAD'], 1, 'no git repository'],
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
});
