import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestWorld, testKey, testWorld } from './world.ts';

const bob = 'age1zds5tlctxmh9lse5p5cjv3vgsqxl5f0n774hculp78tdwymshd4q8vd0ew'; // a test key
const canary = 'CANARY-of-a-test';
const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  a: ${canary}\nstringData:\n  b: ${canary}\n`;

let world: TestWorld;
beforeEach(() => {
  world = testWorld({ SOPS_CONFIG: '' });
});
afterEach(() => world.remove());

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(world.path(name)), { recursive: true });
    writeFileSync(world.path(name), text);
  }
}

function explain(name: string, ...flags: string[]) {
  return world.run(['config', 'explain', world.path(name), ...flags]);
}

async function explained(name: string, ...flags: string[]) {
  const { stdout } = await explain(name, '--json', ...flags);
  expect(stdout).not.toContain(canary);
  return JSON.parse(stdout);
}

const rule = (...lines: string[]) => `creation_rules:\n  - ${lines.join('\n    ')}\n`;
const paths = (values: readonly { document: number; path: unknown[] }[]) =>
  values.map(({ document, path }) => `${document}: ${path.join('.')}`);

describe('config explain', () => {
  it('tells values that are encrypted from those that stay readable, in all documents', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    stringData:\n      c: ${canary}\n`;
    write({
      '.sops.yaml': rule('encrypted_regex: ^data$', `age: ${testKey.recipient}`),
      'a.yaml': `${secret}---\n${list}`,
    });
    const { values, state } = await explained('a.yaml');
    expect(state).toBe('plain');
    expect(values.documents).toBe(2);
    expect(paths(values.encrypted)).toEqual(['1: data.a']);
    expect(paths(values.readable)).toContain('1: metadata.name');
    const open = values.readable.filter(({ ofSecret }: { ofSecret: boolean }) => ofSecret);
    expect(paths(open)).toEqual(['1: stringData.b', '2: items.0.stringData.c']);
  });

  it('shows names, groups and the threshold', async () => {
    const config = rule(
      'shamir_threshold: 2',
      'key_groups:',
      `  - age: [${testKey.recipient}] # Alice`,
      '  - age:',
      `      - ${bob} # Bob`,
    );
    write({ '.sops.yaml': config });
    const { policy, state } = await explained('new/a.yaml');
    expect(state).toBe('missing');
    expect(policy.threshold).toBe(2);
    expect(policy.keyGroups[1]).toEqual([{ kind: 'age', id: bob, name: 'Bob' }]);
    expect(policy.selector).toMatchObject({ kind: 'unencrypted_suffix', isDefault: true });
    const { stdout } = await explain('new/a.yaml');
    expect(stdout).toContain('For 2 of 2 key groups together:');
    expect(stdout).toContain('Bob  age age1zds');
  });

  it('takes the configuration nearest to the file, and says what sops takes', async () => {
    write({ '.sops.yaml': rule(`age: ${bob}`), 'sub/.sops.yaml': rule(`age: ${testKey.recipient}`) });
    const { configuration, path } = await explained('sub/a.yaml');
    expect(configuration.file).toMatch(/sub\/\.sops\.yaml$/);
    expect(configuration.why).toBe('nearest');
    expect(configuration.sopsTakes).not.toBeNull();
    expect(path).toBe('a.yaml');
    const flagged = await explained('sub/a.yaml', '--config', world.path('.sops.yaml'));
    expect(flagged).toMatchObject({ path: 'sub/a.yaml', configuration: { why: 'flag', sopsTakes: null } });
  });

  it('fails where no rule matches, and shows what is near', async () => {
    write({ '.sops.yaml': rule('path_regex: \\.sops\\.yaml$', `age: ${bob}`) });
    const { status, stdout } = await explain('a.yaml');
    expect(status).toBe(1);
    expect(stdout).toContain('does not match');
    expect(stdout).toContain('rule 1 would match a.sops.yaml');
  });

  it('fails where there is no configuration', async () => {
    const { status, stdout } = await explain('a.yaml');
    expect(status).toBe(1);
    expect(stdout).toContain('configuration: none');
  });

  it('compares an encrypted file with its rule', async () => {
    const config = rule('encrypted_regex: ^(data|stringData)$', `age: ${testKey.recipient}`);
    write({ '.sops.yaml': config, 'a.yaml': secret });
    const conf = ['--config', world.path('.sops.yaml')];
    expect((await world.run(['encrypt', '-i', ...conf, world.path('a.yaml')])).stderr).toBe('');
    expect(await explained('a.yaml')).toMatchObject({ state: 'encrypted', differences: [] });
    expect((await explain('a.yaml')).stdout).toContain('The file is encrypted as the rule says.');

    write({ '.sops.yaml': rule('encrypted_regex: ^data$', 'mac_only_encrypted: true', `age: ${bob}`) });
    const { differences } = await explained('a.yaml');
    expect(differences.map(({ what }: { what: string }) => what)).toEqual([
      'missing',
      'extra',
      'selector',
      'mac_only_encrypted',
    ]);
    const { stdout } = await explain('a.yaml');
    expect(stdout).toContain(`cannot open it, but should: age ${bob}`);
    expect(stdout).toContain('it leaves a value of a Secret readable');
    expect(stdout).toContain('fix: in rule 1 of ');
    expect(stdout).not.toContain('sopskit decrypt'); // would leave stringData in plaintext
  });

  it('encrypts anew through a pipe, never with plaintext on the disk', async () => {
    write({
      '.sops.yaml': rule('encrypted_regex: ^a$', `age: ${testKey.recipient}`),
      'a.yaml': 'a: 1\nb: 2\n',
    });
    await world.run(['encrypt', '-i', '--config', world.path('.sops.yaml'), world.path('a.yaml')]);
    write({ '.sops.yaml': rule('encrypted_regex: ^[ab]$', `age: ${testKey.recipient}`) });
    const { stdout } = await explain('a.yaml');
    expect(stdout).toMatch(
      /fix: encrypt it again: sopskit decrypt (\S+a\.yaml) \| sopskit encrypt( --config \S+)? --filename-override \1 --output \1\n/,
    );
  });

  it('finds the rule at fault that would encrypt what an object is', async () => {
    write({ '.sops.yaml': rule(`age: ${testKey.recipient}`), 'a.yaml': secret });
    const sealing = ['--encrypted-regex', '^(data|stringData)$', '--config', world.path('.sops.yaml')];
    await world.run(['encrypt', '-i', ...sealing, world.path('a.yaml')]);
    const { faults, differences } = await explained('a.yaml');
    expect(faults).toMatchObject([{ what: 'encrypts-identity' }]);
    expect(differences).toMatchObject([{ what: 'selector' }]);
    const { stdout } = await explain('a.yaml');
    expect(stdout).toContain(
      'it encrypts apiVersion, kind, metadata, which Kubernetes and Flux have to read',
    );
    expect(stdout).not.toContain('sopskit decrypt');
  });

  it('takes several files', async () => {
    write({ '.sops.yaml': rule('encrypted_regex: ^data$', `age: ${bob}`), 'a.yaml': secret });
    const { status, stdout } = await explain('a.yaml', '--json', world.path('b.yaml'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ state: 'plain' }, { state: 'missing' }]);
  });

  it('refuses a folder', async () => {
    write({ '.sops.yaml': rule(`age: ${bob}`), 'a/b': '' });
    const { status, stdout, stderr } = await explain('a');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('is a folder');
  });

  it('fails for a file that cannot be read, and says so first', async () => {
    write({ '.sops.yaml': rule(`age: ${bob}`), 'a.yaml': `a: [${canary}\n` });
    const { status, stdout } = await explain('a.yaml');
    expect(status).toBe(1);
    expect(stdout.split('\n')[1]).toMatch(/^problem: the file cannot be looked into/);
  });

  it('names rekey for somebody who must go, and updatekeys for somebody new', async () => {
    write({ '.sops.yaml': rule(`age: ${testKey.recipient}`), 'a.yaml': secret });
    await world.run([
      'encrypt',
      '-i',
      '--allow-plaintext',
      '--config',
      world.path('.sops.yaml'),
      world.path('a.yaml'),
    ]);
    write({ '.sops.yaml': rule(`age: ${testKey.recipient},${bob}`) });
    expect((await explain('a.yaml')).stdout).toMatch(/fix: sopskit updatekeys (--config \S+ )?\S*a\.yaml/);
    write({ '.sops.yaml': rule(`age: ${bob}`) });
    expect((await explain('a.yaml')).stdout).toMatch(/fix: sopskit rekey (--config \S+ )?\S*a\.yaml/);
  });

  it('finds plaintext beside ciphertext', async () => {
    write({
      '.sops.yaml': rule('encrypted_regex: ^(data|stringData)$', `age: ${testKey.recipient}`),
      'a.yaml': secret,
    });
    await world.run(['encrypt', '-i', '--config', world.path('.sops.yaml'), world.path('a.yaml')]);
    const sealed = readFileSync(world.path('a.yaml'), 'utf8');
    write({ 'a.yaml': sealed.replace('stringData:\n', `stringData:\n  late: ${canary}\n`) });
    const { differences } = await explained('a.yaml');
    expect(differences).toMatchObject([
      { what: 'should-be-encrypted', value: { path: ['stringData', 'late'] } },
    ]);
  });

  it.each([
    ['a.env', `A=${canary}\n`, 1],
    ['a.json', `{"a": "${canary}", "b": ["${canary}"]}`, 2],
    ['a.ini', `[s]\na = ${canary}\n`, 1],
  ])('reads %s', async (name, text, count) => {
    write({ '.sops.yaml': rule(`age: ${bob}`), [name]: text });
    expect((await explained(name)).values.encrypted).toHaveLength(count);
  });

  it('takes a binary file whole', async () => {
    write({ '.sops.yaml': rule('encrypted_regex: ^x$', `age: ${bob}`), 'a.pem': canary });
    expect((await explained('a.pem')).policy.selector).toBeNull();
    expect((await explain('a.pem')).stdout).toContain('Encrypts: the whole file');
  });

  it.each([
    ['a file that is no YAML', { 'a.yaml': `a: [${canary}\n` }, 'a.yaml', 'cannot be looked into in line'],
    [
      'a recipient that cannot be read',
      { '.sops.yaml': rule('age: NOBODY') },
      'a.yaml',
      'is not an age recipient',
    ],
    [
      'two selectors',
      { '.sops.yaml': rule('encrypted_regex: x', 'encrypted_suffix: y', `age: ${bob}`) },
      'a.yaml',
      'more than one of',
    ],
  ])('tells of %s as a problem', async (_, files, name, problem) => {
    write({ '.sops.yaml': rule(`age: ${bob}`), ...(files as Record<string, string>) });
    const { problems } = await explained(name);
    expect(problems.join()).toContain(problem);
    const { stdout } = await explain(name);
    expect(stdout).toContain(problem);
    expect(stdout).not.toContain(canary);
  });

  it.each([[[]], [['']]])('refuses %j', async (args) => {
    const { status, stderr } = await world.run(['config', 'explain', ...args]);
    expect(status).toBe(1);
    expect(stderr).toContain('takes one file');
  });
});

describe('config lint', () => {
  const bad = rule('path_regx: x', `age: ${bob}`);

  it('prints findings and fails on an error', async () => {
    write({ '.sops.yaml': bad });
    const { status, stdout, stderr } = await world.run(['config', 'lint', world.path('.sops.yaml')]);
    expect(status).toBe(1);
    expect(stdout).toContain('config.unknown-key');
    expect(stdout).toContain('fix: Write path_regex.');
    expect(stderr).toBe('');
  });

  it('passes with warnings, unless it is strict', async () => {
    write({ '.sops.yaml': rule('input_type: yaml', `age: ${bob}`) });
    expect((await world.run(['config', 'lint', world.path('.sops.yaml')])).status).toBe(0);
    expect((await world.run(['config', 'lint', '--strict', world.path('.sops.yaml')])).status).toBe(1);
  });

  it('takes a folder for the configuration in it', async () => {
    write({ 'x/.sops.yaml': bad });
    const { stdout } = await world.run(['config', 'lint', '--json', world.path('x')]);
    expect(JSON.parse(stdout)).toMatchObject({
      tool: 'config lint',
      findings: [{ code: 'config.unknown-key', line: 2, column: 5 }],
      summary: { errors: 1, files: 1 },
    });
  });

  it('takes several, and those below a folder', async () => {
    write({ 'x/.sops.yaml': bad, 'x/y/.sops.yaml': bad, 'z/.sops.yaml': bad });
    const below = JSON.parse((await world.run(['config', 'lint', '--json', world.path('x')])).stdout);
    expect(below.summary.files).toBe(2);
    const both = [world.path('x/y'), world.path('z/.sops.yaml')];
    const { findings } = JSON.parse((await world.run(['config', 'lint', '--json', ...both])).stdout);
    expect(findings.map(({ file }: { file: string }) => file)).toEqual(['x/y/.sops.yaml', 'z/.sops.yaml']);
  });

  it.each([
    ['--sarif', '"version": "2.1.0"'],
    ['--github', '::error file='],
  ])('prints %s', async (flag, text) => {
    write({ '.sops.yaml': bad });
    expect((await world.run(['config', 'lint', flag, world.path('.sops.yaml')])).stdout).toContain(text);
  });

  it.each([
    [['--json', '--sarif'], 8, 'exclude each other'],
    [[''], 1, 'a path is empty'],
    [['nowhere/.sops.yaml'], 1, 'there is no configuration file'],
    [['--jsn'], 1, 'did you mean --json?'],
  ])('refuses %j', async (args, status, text) => {
    const outcome = await world.run(['config', 'lint', ...args]);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(text);
    expect(outcome.stdout).toBe('');
  });
});

describe('config schema', () => {
  it('prints the published schema', async () => {
    const published = readFileSync(new URL('../../docs/sops.schema.json', import.meta.url), 'utf8');
    expect(await world.run(['config', 'schema'])).toEqual({ status: 0, stdout: published, stderr: '' });
  });

  it('takes no arguments', async () => {
    expect((await world.run(['config', 'schema', 'x'])).status).toBe(1);
  });
});
