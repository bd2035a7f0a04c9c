import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { kubernetesRule, SecretWorld } from './secret-world.ts';

const init = ['init', '--yes', '--no-git'] as const;
const nearest = { SOPS_CONFIG: '' };
let world: SecretWorld;
afterEach(() => world.remove());

const rules = (): string[] =>
  [...world.read('.sops.yaml').matchAll(/^ +- (path_regex: .*|age:)$/gm)].map((match) => match[1] ?? '');

describe('init --preset all', () => {
  it('leaves manifests readable for kubectl, and encrypts every other file whole', async () => {
    world = new SecretWorld(null);
    const made = await world.ok([...init, '--preset', 'all']);
    expect(made.stderr).not.toContain('kubectl and Flux cannot read');
    expect(rules()).toEqual(['path_regex: \\.ya?ml$', 'age:']);
    world.write('app.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {p: CANARY}\n');
    world.write('.env', 'P=CANARY\n');
    await world.ok(
      ['encrypt', '-i', 'app.yaml'].map((word) => (word === 'app.yaml' ? join(world.folder, word) : word)),
    );
    await world.ok(['encrypt', '-i', join(world.folder, '.env')]);
    expect(world.read('app.yaml')).toMatch(/^kind: Secret\n/m);
    expect(world.read('app.yaml') + world.read('.env')).not.toContain('CANARY');
    const again = await world.ok([...init, '--preset', 'all']);
    expect(again.stderr).toContain('There is nothing to do.');
  });

  it('adds the rule that is missing only', async () => {
    world = new SecretWorld(kubernetesRule);
    const told = await world.run([...init, '--preset', 'all']);
    expect(told.status).toBe(1);
    expect(told.stderr).toContain('Nothing is done: a rule is missing.');
    await world.ok([...init, '--preset', 'all', '--add-rule']);
    expect(rules()).toEqual(['path_regex: \\.ya?ml$|\\.json$', 'age:']);
  });
});

describe('init --path-regex', () => {
  it('is a rule of its own, and the same the second time', async () => {
    world = new SecretWorld(null);
    await world.ok([...init, '--path-regex', '^secrets/.*']);
    const again = await world.ok([...init, '--path-regex', '^secrets/.*', '--add-rule']);
    expect(again.stderr).toContain('There is nothing to do.');
    expect(again.stderr).toContain('--add-rule has no effect');
    expect(rules()).toEqual(['path_regex: ^secrets/.*']);
  });

  it('is added to a configuration, and not dropped', async () => {
    world = new SecretWorld(kubernetesRule);
    const told = await world.run([...init, '--path-regex', '\\.enc$']);
    expect(told).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no rule with the path_regex \\.enc$'),
    });
    const added = await world.ok([...init, '--path-regex', '\\.enc$', '--add-rule']);
    expect(added.stderr).not.toContain('no effect');
    expect(rules()).toEqual(['path_regex: \\.ya?ml$|\\.json$', 'path_regex: \\.enc$']);
  });
});

describe('init', () => {
  it('names next steps that work', async () => {
    world = new SecretWorld(null);
    expect((await world.run([...init, 'clusters/prod'])).stderr).toContain('mkdir -p clusters/prod');
    mkdirSync(join(world.folder, 'clusters/prod'), { recursive: true });
    const { stderr } = await world.ok([...init, 'clusters/prod'], { env: nearest });
    expect(rules()).toEqual(['path_regex: ^clusters/prod/.*\\.ya?ml$']);
    const command = /^ +sopskit (secret create .*)$/m
      .exec(stderr)?.[1]
      ?.replace('--prompt KEY', '--from-stdin KEY');
    expect(command).toContain('--output clusters/prod/NAME.yaml');
    await world.ok((command ?? '').replaceAll('NAME', 'db').split(' '), { stdin: 'v' });
  });

  it('says that a name for the key has no effect', async () => {
    world = new SecretWorld();
    expect((await world.ok([...init, '--key-name', 'bob'])).stderr).toContain('--key-name has no effect');
  });

  it.each([
    ['that leads nowhere', null],
    ['to a file', 'creation_rules: []\n'],
  ])('writes through no link %s', async (_, content) => {
    world = new SecretWorld(null);
    const outside = join(world.root, 'outside.yaml');
    if (content !== null) writeFileSync(outside, content);
    symlinkSync(outside, join(world.folder, '.sops.yaml'));
    const refused = await world.run([...init, '--add-rule'], { env: nearest });
    expect(refused).toMatchObject({ status: 8, stderr: expect.stringContaining('symbolic link') });
    if (content === null) expect(() => readFileSync(outside)).toThrow('ENOENT');
    else expect(readFileSync(outside, 'utf8')).toBe(content);
  });

  it.each([
    ['refuses a key file with a line that sops cannot read', 'garbage\n', 'line 1 is not an identity'],
    ['says that others can read the key file', '# mine\n', 'chmod 600'],
  ])('%s', async (_, content, said) => {
    world = new SecretWorld(null);
    const folder = join(world.home, '.config/sops/age');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'keys.txt'), content, { mode: 0o644 });
    const told = await world.run(init, { env: { SOPS_AGE_KEY: '' } });
    expect(told.stderr).toContain(said);
    expect(told.status).toBe(content === 'garbage\n' ? 1 : 0);
    if (told.status === 1) expect(readFileSync(join(folder, 'keys.txt'), 'utf8')).toBe(content);
  });

  it('says that sops does not look for the key without HOME', async () => {
    world = new SecretWorld(null);
    const told = await world.ok(['init', '--dry-run', '--no-git'], { env: { SOPS_AGE_KEY: '', HOME: '' } });
    expect(told.stderr).toContain('HOME is not set');
  });
});
