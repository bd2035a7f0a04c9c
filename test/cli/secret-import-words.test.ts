import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';
import { testKey } from './world.ts';

/** No cluster is asked here: the kubeconfig is missing, which is told where one would be. */
let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
});
afterEach(() => world.remove());

const env = { KUBECONFIG: '/nowhere/kubeconfig' };

describe('words of secret import', () => {
  it.each([
    [['secret/db']],
    [['secrets/db', 'SECRET/web']],
    [['secret', 'db', 'web']],
    [['secrets', 'db']],
    [['--all']],
    [['--all', '-n', 'a', '-n', 'b', '--name', 'x']],
  ])('asks a cluster for %j', async (words) => {
    const refused = await world.run(['secret', 'import', ...words], { env });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('There is no kubeconfig');
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it.each([
    [['secret', 'a/b'], 'behind secret there are names alone'],
    [['secret', '-'], 'behind secret there are names alone'],
    [['secret/a/b'], 'the name of a Secret has'],
    [['secret/'], 'the name of a Secret has'],
    [['secret/UPPER'], 'the name of a Secret has'],
    [['secret/db', '-'], 'not imported together'],
    [['secret/db', 'secrets/db'], 'Secret db is named twice'],
    [['secret/db', '-n', 'a_b'], 'a namespace has'],
    [['', 'secret/db'], 'is empty'],
    [['-', '--as', 'jane'], 'files are imported, and a cluster is named'],
    [['configmap/db'], 'A Secret of the cluster is named secret/db'],
  ])('refuses %j', async (words, said) => {
    const refused = await world.run(['secret', 'import', ...words], { env, stdin: 'x' });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(said);
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('takes a file of that name for the file, a folder not', async () => {
    const live = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'of-file' }, data: { a: 'eA==' } };
    world.write('secret/db', JSON.stringify(live));
    const made = await world.ok(['secret', 'import', 'secret/db', '--dry-run'], { env });
    expect(made.stdout.toString()).toContain('name: of-file');
    expect(made.stderr).toContain('the Secret of the cluster is: secret db');
    // `secret` is a folder here
    const asked = await world.run(['secret', 'import', 'secret', 'db'], { env });
    expect(asked.stderr).toContain('There is no kubeconfig');
  });

  it('leaves out what holds ciphertext for a value', async () => {
    const cipher = Buffer.from('ENC[AES256_GCM,data:eA==,iv:x,tag:x,type:str]').toString('base64');
    const live = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { a: cipher } };
    const refused = await world.run(['secret', 'import', '-'], { stdin: JSON.stringify(live) });
    expect(refused.stderr).toContain('its value a is ciphertext of sops');
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('writes none where one of several cannot be encrypted', async () => {
    const items = ['a', 'b'].map((name) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { p: 'eA==' } },
    }));
    const rule = (name: string, key: string) =>
      `  - {path_regex: '^${name}', encrypted_regex: ^data$, ${key}}\n`;
    const nobody = 'pgp: "ABCD000000000000000000000000000000000000"';
    world.write(
      '.sops.yaml',
      `creation_rules:\n${rule('a', `age: ${testKey.recipient}`)}${rule('b', nobody)}`,
    );
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const refused = await world.run(['secret', 'import', '-'], { stdin: list });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('ABCD0000');
    expect(world.files().filter((file) => /^[ab]/.test(file))).toEqual([]);
  });
});
