import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';

let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
});
afterEach(() => world.remove());

function secret(name: string, namespace: string | null, data: object = { p: 'dg==' }): object {
  const metadata = { name, ...(namespace === null ? {} : { namespace }) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data };
}

function list(...items: object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

describe('secret import of many', () => {
  it('gives each namespace a folder where two have a Secret of one name', async () => {
    const stdin = list(secret('db', 'a'), secret('db', 'b'), secret('web', 'b'));
    await world.ok(['secret', 'import', '-', '--folder', 'out'], { stdin });
    expect(world.files().filter((file) => file.endsWith('.yaml'))).toEqual([
      '.sops.yaml',
      'out/a/db.yaml',
      'out/b/db.yaml',
      'out/b/web.yaml',
    ]);
  });

  it.each([
    [
      ['--namespace', 'b'],
      ['db.yaml', 'web.yaml'],
    ],
    [['-n', 'b', '--name', 'web'], ['web.yaml']],
    [['--name', 'web', '--name', 'db', '-n', 'a'], ['db.yaml']],
  ] as const)('takes with %j those that fit', async (filters, files) => {
    const stdin = list(secret('db', 'a'), secret('db', 'b'), secret('web', 'b'));
    await world.ok(['secret', 'import', '-', ...filters], { stdin });
    expect(world.files()).toEqual(['.sops.yaml', ...files]);
  });

  it('says what there is where none fits', async () => {
    const refused = await world.run(['secret', 'import', '-', '-n', 'x'], { stdin: list(secret('db', 'a')) });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('Secret a/db') });
  });

  it.each([
    ['base64', secret('db', 'a', { p: 'CANARY!' })],
    ['base64', secret('db', 'a', { p: 4711 })],
    ['base64', secret('db', 'a', { p: null })],
    ['a text', { ...secret('db', 'a'), stringData: { q: 4711 } }],
    ['a namespace has', secret('db', '../y')],
    ['no text', { ...secret('db', 'a'), metadata: { name: 'db', labels: { n: 4711 } } }],
    ['the key of a value', secret('db', 'a', { 'a/b': 'dg==' })],
  ])('refuses what Kubernetes would: %s', async (said, object) => {
    const refused = await world.run(['secret', 'import', '-'], { stdin: list(secret('ok', 'a'), object) });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).not.toMatch(/CANARY|4711/);
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('says that the folder is a file', async () => {
    writeFileSync(join(world.folder, 'afile'), '');
    const refused = await world.run(['secret', 'import', '-', '--folder', 'afile'], {
      stdin: list(secret('db', 'a')),
    });
    expect(refused.stderr).toContain('it is no folder');
  });

  it('prints several manifests in a dry run', async () => {
    const stdin = list(secret('db', 'a'), secret('web', 'a'));
    const { stdout } = await world.ok(['secret', 'import', '-', '--folder', 'out', '--dry-run'], { stdin });
    expect(stdout.toString().split('\n---\n')).toHaveLength(2);
    expect(world.files()).toEqual(['.sops.yaml']);
  });
});
