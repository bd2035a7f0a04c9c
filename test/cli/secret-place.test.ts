import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { kubernetesRule, SecretWorld } from './secret-world.ts';

const other = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';
/** `SOPS_CONFIG` is for all files; here each has the nearest. */
const nearest = { SOPS_CONFIG: '' };
const create = ['secret', 'create', 'db', '--from-stdin', 'p'] as const;
let world: SecretWorld;
afterEach(() => world.remove());

describe('where a new Secret goes', () => {
  it('encrypts for the recipients of the configuration nearest to the file', async () => {
    world = new SecretWorld();
    world.write(
      'sub/.sops.yaml',
      `creation_rules:\n  - age: ${other}\n    encrypted_regex: ^(data|stringData)$\n`,
    );
    await world.ok([...create, '--output', 'sub/x.yaml'], { stdin: 'v', env: nearest });
    expect(world.read('sub/x.yaml')).toMatch(new RegExp(`recipient: ${other}`));
    expect(world.read('sub/x.yaml').match(/recipient:/g)).toHaveLength(1);
    const live = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'i' },
      data: { p: 'dg==' },
    });
    await world.ok(['secret', 'import', '-', '--folder', 'sub/deeper'], { stdin: live, env: nearest });
    expect(world.read('sub/deeper/i.yaml')).toContain(`recipient: ${other}`);
  });

  it('goes by SOPS_CONFIG and --config before the nearest', async () => {
    world = new SecretWorld();
    world.write('sub/.sops.yaml', `creation_rules:\n  - age: ${other}\n`);
    await world.ok([...create, '--output', 'sub/x.yaml'], { stdin: 'v' });
    expect(world.read('sub/x.yaml')).not.toContain(other);
  });

  it('writes through no symbolic link, not even with --force', async () => {
    world = new SecretWorld();
    const outside = join(world.root, 'outside.yaml');
    symlinkSync(outside, join(world.folder, 'db.yaml'));
    for (const more of [[], ['--force']]) {
      const refused = await world.run([...create, ...more], { stdin: 'v' });
      expect(refused.stderr).toContain('symbolic link');
      expect(() => readFileSync(outside)).toThrow('ENOENT');
    }
    writeFileSync(outside, 'theirs');
    expect((await world.run([...create, '--force'], { stdin: 'v' })).status).toBe(8);
    expect(readFileSync(outside, 'utf8')).toBe('theirs');
  });

  it.each(['.sops.yaml', 'd/kustomization.yaml', 'd', 'missing/x.yaml', 'x.txt'])(
    'refuses %s with what to do',
    async (file) => {
      world = new SecretWorld();
      mkdirSync(join(world.folder, 'd'));
      const refused = await world.run([...create, '--force', '--output', file], { stdin: 'v' });
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain('hint: ');
      expect(world.read('.sops.yaml')).toBe(kubernetesRule);
      expect(world.files()).toEqual(['.sops.yaml', 'd']);
    },
  );

  it('names a file that a rule takes', async () => {
    world = new SecretWorld(kubernetesRule.replace('\\.ya?ml$|\\.json$', '^secrets/.*\\.ya?ml$'));
    const refused = await world.run(create, { stdin: 'v' });
    expect(refused.stderr).toContain('--output secrets/db.yaml');
    expect(refused.stderr).not.toContain('--age');
    mkdirSync(join(world.folder, 'secrets'));
    await world.ok([...create, '--output', 'secrets/db.yaml'], { stdin: 'v' });
  });

  it('hints at no flag that the command does not have', async () => {
    world = new SecretWorld(kubernetesRule.replace('^(data|stringData)$', '^x$'));
    const refused = await world.run(create, { stdin: 'v' });
    expect(refused.stderr).toContain('Put encrypted_regex');
    expect(refused.stderr).not.toContain('--allow-plaintext');
  });

  it('prints the encrypted manifest in a dry run, and writes nothing', async () => {
    world = new SecretWorld();
    const { stdout, stderr } = await world.ok([...create, '--dry-run'], { stdin: 'CANARY-4711' });
    expect(stdout.toString()).toMatch(/^apiVersion: v1\nkind: Secret\n[\s\S]*p: ENC\[/);
    expect(stdout.toString()).not.toContain(Buffer.from('CANARY-4711').toString('base64'));
    expect(stderr).toContain('db.yaml: not written');
    expect(world.files()).toEqual(['.sops.yaml']);
  });
});

describe('where the values come from', () => {
  it('refuses a second key for standard input', async () => {
    world = new SecretWorld();
    const refused = await world.run([...create, '--from-stdin', 'q'], { stdin: 'v' });
    expect(refused).toMatchObject({ status: 8, stderr: expect.stringContaining('one value') });
  });

  it('does not repeat what stands in the place of a path', async () => {
    world = new SecretWorld();
    const args = ['secret', 'create', 'db', '--from-file', 'p=CANARY-4711'];
    const refused = await world.run(args);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--from-file p=…: there is no such file');
    expect(refused.stderr).not.toContain('CANARY');
    await world.ok(create, { stdin: 'v' });
    const set = await world.run(['secret', 'set', 'db.yaml', 'p', '--from-file', 'CANARY-4711']);
    expect(set.stderr).toContain('there is no such file');
    expect(set.stderr).not.toContain('CANARY');
  });

  it('takes a folder as Kubernetes mounts it, and says what it leaves out', async () => {
    world = new SecretWorld();
    world.write('mounted/..2026_01_01/user', 'alice');
    mkdirSync(join(world.folder, 'mounted/below'));
    symlinkSync('..2026_01_01', join(world.folder, 'mounted/..data'));
    symlinkSync('..data/user', join(world.folder, 'mounted/user'));
    const made = await world.ok(['secret', 'create', 'db', '--from-file', 'mounted']);
    expect(made.stderr).toContain('left out below');
    expect((await world.ok(['secret', 'show', 'db.yaml', '--reveal', 'user'])).stdout.toString()).toBe(
      'alice',
    );
    mkdirSync(join(world.folder, 'empty'));
    expect((await world.run(['secret', 'create', 'e', '--from-file', 'empty'])).stderr).toContain(
      'holds no file',
    );
  });
});
