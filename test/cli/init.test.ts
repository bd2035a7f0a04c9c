import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';
import { testKey } from './world.ts';

const other = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';
const keyless = { SOPS_AGE_KEY: '', USER: 'alice' };
let world: SecretWorld;
afterEach(() => world.remove());

/** What needs no git; test/peers/init.test.ts has the rest. */
describe('init', () => {
  it('shows the plan, asks once, takes the recipients of others for an answer, and does it', async () => {
    world = new SecretWorld(null);
    const answers = ['maybe', 'age1nobody', other, ''];
    const done = await world.ok(['init', '--no-git'], { env: keyless, answers });
    expect(done.questions).toEqual(
      Array(4).fill('Do this? [Y/n, or the age recipients of others who are to decrypt, too]'),
    );
    expect(done.stderr.indexOf('will do: write .sops.yaml')).toBeGreaterThan(0);
    expect(done.stderr).toContain('for 2 keys');
    expect(done.stdout.length).toBe(0);
    const key = join(world.home, '.config/sops/age/keys.txt');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const recipient = /public key: (age1\w+)/.exec(readFileSync(key, 'utf8'))?.[1];
    expect(world.read('.sops.yaml')).toContain(`age:\n      - ${recipient} # alice\n      - ${other}\n`);
    expect(done.stderr).not.toContain('AGE-SECRET-KEY');
    expect(done.stderr).toContain(`Keep a copy of ${key}`);
  });

  it('does nothing where the answer is no', async () => {
    world = new SecretWorld(null);
    const refused = await world.run(['init', '--no-git'], { env: keyless, answers: ['maybe', 'n'] });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('Nothing was done.') });
    expect(world.files()).toEqual([]);
  });

  it('asks which of several keys is the user’s', async () => {
    world = new SecretWorld(null);
    const file = join(world.home, 'k');
    await world.ok(['keys', 'generate', '--output', file]);
    const recipient = /public key: (age1\w+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    const env = { SOPS_AGE_KEY_FILE: file };
    const done = await world.ok(['init', '--no-git'], {
      env,
      answers: [`${recipient} (${file})`, 'yes'],
    });
    expect(done.questions[0]).toBe('Which key is yours');
    expect(world.read('.sops.yaml')).toContain(`- ${recipient}`);
    expect(world.read('.sops.yaml')).not.toContain(testKey.recipient);
  });

  it('makes no key where recipients are given, unless asked', async () => {
    world = new SecretWorld(null);
    const told = await world.ok(['init', '--yes', '--no-git', '--age', `${other},${testKey.recipient}`], {
      env: keyless,
    });
    expect(told.stderr).toContain('There is no age key of yours here');
    expect(world.read('.sops.yaml')).toContain(`age:\n      - ${other}\n      - ${testKey.recipient}\n`);
  });

  it('makes no second key beside one whose public half it cannot tell', async () => {
    world = new SecretWorld(null);
    const env = { ...keyless, SOPS_AGE_KEY_CMD: 'exit 9' };
    const refused = await world.run(['init', '--yes', '--no-git'], { env });
    expect(refused.stderr).toContain('there is a key here (SOPS_AGE_KEY_CMD)');
    expect(world.files()).toEqual([]);
    const told = await world.ok(['init', '--yes', '--no-git', '--age', other], { env });
    expect(told.stderr).toContain('is it among those of --age?');
    await world.ok(['init', '--yes', '--no-git', '--generate-key'], { env });
  });

  it('names the key as it is told, and in no other way than as a comment', async () => {
    world = new SecretWorld(null);
    await world.ok([
      'init',
      '--yes',
      '--no-git',
      '--key-name',
      'a # b\ncreation_rules: []',
      '--preset',
      'all',
    ]);
    expect(world.read('.sops.yaml')).toContain(`- ${testKey.recipient} # a  bcreation_rules: []\n`);
  });

  it('never writes over a key file', async () => {
    world = new SecretWorld(null);
    world.write('k.txt', '# nothing here\n');
    const refused = await world.run(['init', '--yes', '--no-git', '--key-file', 'k.txt'], { env: keyless });
    expect(refused.stderr).toContain('holds no age identity');
    expect(world.read('k.txt')).toBe('# nothing here\n');
  });

  it.each([
    [
      'leaves Secrets readable',
      `creation_rules:\n  - encrypted_regex: ^x$\n    age: ${testKey.recipient}\n`,
      'leaves values of a Secret readable',
    ],
    [
      'encrypts the kind, too',
      `creation_rules:\n  - age: ${testKey.recipient}\n`,
      'encrypts the kind and name',
    ],
    [
      'is for others',
      `creation_rules:\n  - age: ${other}\n    encrypted_regex: ^(data|stringData)$\n`,
      `does not encrypt for ${testKey.recipient} (alice)`,
    ],
    [
      'wants other names',
      `creation_rules:\n  - path_regex: \\.sops\\.yaml$\n    age: ${testKey.recipient}\n`,
      'names like secret.sops.yaml only',
    ],
  ])('says what a rule lacks that %s, and changes nothing', async (_, config, said) => {
    world = new SecretWorld(config);
    const told = await world.ok(['init', '--yes', '--no-git'], { env: { USER: 'alice' } });
    expect(told.stderr).toContain(said);
    expect(told.stderr).toContain('There is nothing to do.');
    expect(world.files()).toEqual(['.sops.yaml']);
    expect(world.read('.sops.yaml')).toBe(config);
  });

  it.each([
    ['without rules', 'stores:\n  yaml: {indent: 2}\n'],
    ['with an empty list', 'creation_rules: []\n# end\n'],
    ['with comments only', '# to be done\n'],
    ['with rules in flow style', `creation_rules: [{path_regex: ^b/, age: ${other}}]\n`],
    ['with Windows line ends', `creation_rules:\r\n  - path_regex: ^b/\r\n    age: ${other}\r\n`],
  ])('adds a rule to a configuration %s', async (_, config) => {
    world = new SecretWorld(config);
    mkdirSync(join(world.folder, 'a'));
    const asked = await world.run(['init', 'a', '--no-git'], { answers: ['y', 'y'], env: { USER: 'alice' } });
    expect(asked.status, asked.stderr).toBe(0);
    expect(asked.questions[0]).toContain('Add a rule');
    expect((await world.ok(['init', 'a', '--yes', '--no-git'])).stderr).toContain('There is nothing to do.');
    writeFileSync(
      join(world.folder, 'a/s.yaml'),
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: dg==}\n',
    );
    await world.ok(['encrypt', '-i', join(world.folder, 'a/s.yaml')]);
    expect(world.read('a/s.yaml')).toMatch(/^kind: Secret\n[\s\S]*k: '?ENC\[/m);
  });

  it('stops at a configuration that cannot be read', async () => {
    world = new SecretWorld('creation_rules: [CANARY\n');
    const refused = await world.run(['init', '--yes', '--no-git']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('cannot be read');
    expect(refused.stderr).not.toContain('CANARY');
  });
});
