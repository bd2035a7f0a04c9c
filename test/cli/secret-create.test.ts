import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';
import { testKey } from './world.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const canary = 'CANARY-create-4711';
let world: SecretWorld;
afterEach(() => world.remove());

describe('secret create', () => {
  it('writes a manifest whose values are encrypted, and nothing else of it', async () => {
    world = new SecretWorld();
    const args = ['secret', 'create', 'db', '--namespace', 'app', '--from-stdin', 'password'];
    const made = await world.ok([...args, '--label', 'app=db', '--annotation', 'a.io/b=c', '--immutable'], {
      stdin: canary,
    });
    expect(made.stdout.length).toBe(0);
    expect(made.stderr).toBe('db.yaml: Secret db, encrypted, with password');
    const text = world.read('db.yaml');
    expect(text).toMatch(
      /^apiVersion: v1\nkind: Secret\nmetadata:\n {2}name: db\n {2}namespace: app\n {2}labels:\n {4}app: db\n/,
    );
    expect(text).toMatch(/^data:\n {2}password: ENC\[AES256_GCM,/m);
    expect(text).not.toContain(Buffer.from(canary).toString('base64'));
    expect(await world.plain('db.yaml')).toBe(
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: app\n  labels:\n    app: db\n  annotations:\n    a.io/b: c\ntype: Opaque\nimmutable: true\ndata:\n  password: ${Buffer.from(canary).toString('base64')}\n`,
    );
  });

  it('takes bytes as they are, from files and folders', async () => {
    world = new SecretWorld();
    const bytes = Uint8Array.from([0, 255, 10, 13, 128]);
    world.write('in/a.bin', bytes);
    world.write('in/b', '');
    world.write('one', 'line\n');
    await world.ok([
      'secret',
      'create',
      'files',
      '--from-file',
      'in',
      '--from-file',
      'named=one',
      '--from-file',
      join(world.folder, 'one'),
    ]);
    for (const [key, value] of [
      ['a.bin', bytes],
      ['b', ''],
      ['named', 'line\n'],
      ['one', 'line\n'],
    ] as const) {
      const shown = await world.ok(['secret', 'show', 'files.yaml', '--reveal', key]);
      expect(shown.stdout.equals(Buffer.from(value as string)), key).toBe(true);
    }
  });

  it('reads env files as kubectl does', async () => {
    world = new SecretWorld();
    world.write('e.env', '\ufeff# comment\n\n  A=1\nB= "quoted" \r\nC=x=y#z\nFROM_ENV\nD=\n');
    await world.ok(['secret', 'create', 'env', '--from-env-file', 'e.env', '--string-data'], {
      env: { FROM_ENV: 'e' },
    });
    const values = { A: '1', B: ' "quoted" ', C: 'x=y#z', FROM_ENV: 'e', D: '' };
    for (const [key, value] of Object.entries(values)) {
      const shown = await world.ok(['secret', 'show', 'env.yaml', '--reveal', key]);
      expect(shown.stdout.toString(), key).toBe(value);
    }
    expect(await world.plain('env.yaml')).toContain('stringData:\n');
  });

  it.each([
    ['export A=x', 'line 2 has no valid name'],
    ['1A=x', 'line 2 has no valid name'],
    ['NOT_SET_ANYWHERE', 'line 2 has a name only'],
    ['A=again', 'two values for the key A'],
  ])('refuses the env line %s', async (line, said) => {
    world = new SecretWorld();
    world.write('e.env', `A=${canary}\n${line}\n`);
    const refused = await world.run(['secret', 'create', 'env', '--from-env-file', 'e.env']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).not.toContain('CANARY');
    expect(world.has('env.yaml')).toBe(false);
  });

  it('asks twice, and again where the two differ', async () => {
    world = new SecretWorld();
    const asked = await world.ok(['secret', 'create', 'p', '--prompt', 'pw'], {
      answers: ['a', 'b', canary, canary],
    });
    expect(asked.questions).toEqual(['Value of pw', 'The same again', 'Value of pw', 'The same again']);
    expect((await world.ok(['secret', 'show', 'p.yaml', '--reveal', 'pw'])).stdout.toString()).toBe(canary);
  });

  it('finds out what is wrong before it asks', async () => {
    world = new SecretWorld();
    world.write('p.yaml', 'x: y\n');
    for (const args of [
      ['p'],
      ['Not_A_Name'],
      ['q', '--prompt', 'no/key'],
      ['q', '--namespace', 'N'],
      ['q', '--output', 'x.txt'],
    ]) {
      const refused = await world.run(['secret', 'create', ...args, '--prompt', 'pw'], {
        answers: [canary, canary],
      });
      expect(refused.status, args.join(' ')).not.toBe(0);
      expect(refused.questions).toEqual([]);
    }
    expect(world.read('p.yaml')).toBe('x: y\n');
  });

  it('makes a Secret for a registry as kubectl does', async () => {
    world = new SecretWorld();
    const args = ['--docker-server', 'ghcr.io', '--docker-username', 'me', '--docker-password-stdin'];
    const made = await world.ok(['secret', 'create', 'pull', ...args], { stdin: `${canary}\n` });
    expect(made.stderr).not.toContain('warning');
    const shown = await world.ok(['secret', 'show', 'pull.yaml', '--reveal', '.dockerconfigjson']);
    const auth = Buffer.from(`me:${canary}`).toString('base64');
    expect(JSON.parse(shown.stdout.toString())).toEqual({
      auths: { 'ghcr.io': { username: 'me', password: canary, auth } },
    });
    expect(await world.plain('pull.yaml')).toContain('type: kubernetes.io/dockerconfigjson\n');
  });

  it.skipIf(!hasOpenssl)('makes a Secret for TLS, and refuses a key that does not fit', async () => {
    world = new SecretWorld();
    for (const name of ['a', 'b']) selfSigned(world.folder, name);
    await world.ok(['secret', 'create', 'web', '--tls-cert', 'a.crt', '--tls-key', 'a.key']);
    expect((await world.ok(['secret', 'show', 'web.yaml', '--reveal', 'tls.key'])).stdout.toString()).toBe(
      world.read('a.key'),
    );
    const refused = await world.run([
      'secret',
      'create',
      'web2',
      '--tls-cert',
      'a.crt',
      '--tls-key',
      'b.key',
    ]);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('does not belong');
    expect(world.has('web2.yaml')).toBe(false);
  });

  it.each([
    [['--from-literal', `pw=${canary}`], '--from-literal is not taken'],
    [[`--from-literal=pw=${canary}`], '--from-literal is not taken'],
    [['--docker-username', 'me', '--docker-password', canary], '--docker-password is not taken'],
    [['--prompt', `pw=${canary}`], 'the key of a value'],
    [[canary, '--prompt', 'pw'], 'takes one name, and no values'],
  ])('refuses a value in the command line without repeating it: %s', async (args, said) => {
    world = new SecretWorld();
    const refused = await world.run(['secret', 'create', 'n', ...args], { stdin: canary });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).not.toContain('CANARY');
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('explains what kubectl wants and it does not', async () => {
    world = new SecretWorld();
    expect((await world.run(['secret', 'create', 'generic', 'n', '--prompt', 'k'])).stderr).toContain(
      'without the word generic',
    );
    expect((await world.run(['secret', 'create', 'n'])).stderr).toContain('--from-file [KEY=]PATH');
  });

  it('takes the name that the rule wants', async () => {
    world = new SecretWorld(
      `creation_rules:\n  - path_regex: \\.sops\\.yaml$\n    age: ${testKey.recipient}\n`,
    );
    await world.ok(['secret', 'create', 'db', '--from-stdin', 'k'], { stdin: 'v' });
    // the rule has no selector: all of it, the kind too, would be encrypted
    expect(world.read('db.sops.yaml')).toMatch(/^apiVersion: v1\nkind: Secret\n/);
    const refused = await world.run(['secret', 'create', 'db', '--from-stdin', 'k', '--output', 'db.yaml'], {
      stdin: canary,
    });
    expect(refused.stderr).toContain('no creation rule');
    expect(world.has('db.yaml')).toBe(false);
  });

  it.each([
    ['leaves it readable', 'encrypted_regex: ^nothing$'],
    ['encrypts the kind', 'unencrypted_regex: ^nothing$'],
  ])('refuses a rule that %s', async (_, selector) => {
    world = new SecretWorld(`creation_rules:\n  - age: ${testKey.recipient}\n    ${selector}\n`);
    const refused = await world.run(['secret', 'create', 'db', '--from-stdin', 'k'], { stdin: canary });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).not.toContain('CANARY');
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('replaces a file only with --force, and prints to standard output', async () => {
    world = new SecretWorld();
    const create = ['secret', 'create', 'db', '--from-stdin', 'k'];
    await world.ok(create, { stdin: 'one' });
    expect((await world.run(create, { stdin: 'two' })).stderr).toContain('there already');
    await world.ok([...create, '--force'], { stdin: 'two' });
    expect((await world.ok(['secret', 'show', 'db.yaml', '--reveal', 'k'])).stdout.toString()).toBe('two');
    const printed = await world.ok([...create, '--output', '-'], { stdin: 'three' });
    expect(printed.stdout.toString()).toContain('k: ENC[');
    await world.ok([...create, '--output', 'db.json'], { stdin: 'four' });
    expect(JSON.parse(world.read('db.json'))).toMatchObject({
      kind: 'Secret',
      data: { k: expect.stringMatching(/^ENC/) },
    });
  });

  it('holds no more than Kubernetes takes', async () => {
    world = new SecretWorld();
    world.write('big', Buffer.alloc(1024 * 1024 + 1, 'x'));
    expect((await world.run(['secret', 'create', 'big', '--from-file', 'big'])).stderr).toContain('1 MiB');
    expect(
      (
        await world.run(['secret', 'create', 't', '--from-stdin', 'x', '--type', 'kubernetes.io/tls'], {
          stdin: 'x',
        })
      ).stderr,
    ).toContain('needs the key tls.crt and tls.key');
    expect(
      (
        await world.run(
          [
            'secret',
            'create',
            't',
            '--from-stdin',
            '.dockerconfigjson',
            '--type',
            'kubernetes.io/dockerconfigjson',
          ],
          { stdin: canary },
        )
      ).stderr,
    ).toContain('is not JSON');
  });

  it('warns of the line break that echo leaves, and reads no terminal', async () => {
    world = new SecretWorld();
    const create = ['secret', 'create', 'db', '--from-stdin', 'k'];
    expect((await world.ok([...create, '--output', '-'], { stdin: 'x\n' })).stderr).toContain(
      'ends with a line break',
    );
    expect((await world.ok([...create, '--output', '-'], { stdin: 'x\ny\n' })).stderr).not.toContain(
      'line break',
    );
    const trimmed = await world.ok([...create, '--trim'], { stdin: 'x\n' });
    expect(trimmed.stderr).not.toContain('line break');
    expect((await world.ok(['secret', 'show', 'db.yaml', '--reveal', 'k'])).stdout.toString()).toBe('x');
    world.write('db.yaml', '');
    expect((await world.run([...create, '--force'], { typed: true })).stderr).toContain(
      'standard input is the terminal',
    );
  });
});

/** Makes a certificate of its own for tests. */
function selfSigned(folder: string, name: string): void {
  const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '1', '-subj', `/CN=${name}.test`];
  execFileSync('openssl', [...args, '-keyout', `${name}.key`, '-out', `${name}.crt`], {
    cwd: folder,
    stdio: 'pipe',
  });
}
