import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encrypt, generateIdentity, type NewIdentity } from '../../src/index.ts';
import type { Diagnosis } from '../../src/repository/doctor/diagnosis.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { KeysWorld } from './keys-world.ts';

const canary = 'CANARY-of-a-test-value';
let alice: NewIdentity;
let bob: NewIdentity;
let sealed: string;
let world: KeysWorld;

const secretOf = (identity: NewIdentity): string =>
  /AGE-SECRET-KEY-\w+/.exec(String(identity.keyFile))?.[0] ?? '';

async function seal(
  recipients: readonly string[],
  text = `password: ${canary}\nlist: [1, 2]\n`,
): Promise<string> {
  return encrypt(text, { format: 'yaml', recipients: { age: recipients } });
}

beforeAll(async () => {
  [alice, bob] = await Promise.all([generateIdentity(), generateIdentity()]);
  sealed = await seal([alice.recipient, bob.recipient]);
});
beforeEach(() => {
  world = new KeysWorld();
});
afterEach(() => world.remove());

async function diagnose(
  file: string,
  variables: Record<string, string> = {},
): Promise<Diagnosis & { text: string }> {
  const { status, stdout } = await world.run(['keys', 'doctor', '--json', file], variables);
  const diagnosis: Diagnosis = JSON.parse(stdout);
  expect(status).toBe(diagnosis.opens ? 0 : 1);
  const shown = await world.run(['keys', 'doctor', file], variables);
  expect(shown.status).toBe(status);
  for (const secret of [canary, secretOf(alice), secretOf(bob), secretOf(alice).toLowerCase()])
    for (const output of [stdout, shown.stdout, shown.stderr]) expect(output).not.toContain(secret);
  return { ...diagnosis, text: shown.stdout };
}

describe('a file that opens', () => {
  it('with the key of one recipient', async () => {
    world.write('.sops.yaml', `creation_rules:\n  - age: ${alice.recipient} # Alice\n`);
    world.write('f.yaml', sealed);
    world.write(world.defaultKeyFile, String(alice.keyFile));
    const { verdict, groups, next, text } = await diagnose('f.yaml');
    expect(verdict).toBe('opens');
    expect(next).toEqual([]);
    expect(groups[0]).toMatchObject([
      { id: alice.recipient, name: 'Alice', verdict: 'opens', place: world.defaultKeyFile },
      { id: bob.recipient, name: null, verdict: 'absent' },
    ]);
    expect(text).toContain('+ Alice');
  });

  it('with a command that gives the key', async () => {
    world.write('f.yaml', sealed);
    const command = `'${process.execPath}' -p '${JSON.stringify(secretOf(alice))}'`;
    expect((await diagnose('f.yaml', { SOPS_AGE_KEY_CMD: command })).verdict).toBe('opens');
  });

  it('runs a key command once, with the recipient that it is asked for', async () => {
    world.write('f.yaml', await seal([alice.recipient]));
    const log = path.join(world.folder, 'log');
    const script = `fs.appendFileSync('${log}', process.env.SOPS_AGE_RECIPIENT + ' '); '${secretOf(alice)}'`;
    const { status } = await world.run(['keys', 'doctor', 'f.yaml'], {
      SOPS_AGE_KEY_CMD: `'${process.execPath}' -p "${script}"`,
    });
    expect(status).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe(`${alice.recipient} `);
  });

  it('although the file says that the data key is for another one', async () => {
    world.write('f.yaml', (await seal([alice.recipient])).replace(alice.recipient, bob.recipient));
    const { opens, groups } = await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(alice) });
    expect(opens).toBe(true);
    expect(groups[0]?.[0]).toMatchObject({
      verdict: 'opens',
      reason: expect.stringContaining('another key than the file says'),
    });
  });
});

describe('a file whose key is not here', () => {
  it('names its recipients and where was looked, and says what to do', async () => {
    world.write('f.yaml', sealed);
    const { verdict, groups, places, next, text } = await diagnose('f.yaml');
    expect(verdict).toBe('no-key');
    expect(groups.flat().map((each) => each.verdict)).toEqual(['absent', 'absent']);
    expect(places.map(({ place }) => place)).toContain('SOPS_AGE_KEY_FILE');
    expect(next.join('\n')).toMatch(/sopskit keys generate[\s\S]*sopskit updatekeys f\.yaml/);
    expect(text).toContain(world.defaultKeyFile);
  });

  it('gives the own recipient to pass on', async () => {
    world.write('my file.yaml', await seal([alice.recipient]));
    const { next } = await diagnose('my file.yaml', { SOPS_AGE_KEY: secretOf(bob) });
    expect(next[0]).toContain(bob.recipient);
    expect(next[1]).toContain(`sopskit updatekeys 'my file.yaml'`);
  });

  it.each([
    ['beside the file', 'sub/age.agekey'],
    ['in the current folder', 'keys.txt'],
    ['where age users keep it', '../home/.config/age/keys.txt'],
  ])('finds the key %s', async (_where, place) => {
    world.write('sub/f.yaml', sealed);
    const file = world.write(place, String(bob.keyFile));
    expect((await diagnose('sub/f.yaml')).next[0]).toContain(`export SOPS_AGE_KEY_FILE=${file}`);
  });

  it('finds the key in the usual place that XDG_CONFIG_HOME hides', async () => {
    world.write('f.yaml', sealed);
    world.write(world.defaultKeyFile, String(bob.keyFile));
    const { remarks, next } = await diagnose('f.yaml', { XDG_CONFIG_HOME: path.join(world.home, 'xdg') });
    expect(remarks[0]?.text).toContain('XDG_CONFIG_HOME is set');
    expect(next[0]).toContain(world.defaultKeyFile);
  });
});

describe('a slip in the environment is named', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a path in SOPS_AGE_KEY',
      () => ({ SOPS_AGE_KEY: '/home/me/keys.txt' }),
      /SOPS_AGE_KEY: is a path.*SOPS_AGE_KEY_FILE/,
    ],
    [
      'a key in SOPS_AGE_KEY_FILE',
      () => ({ SOPS_AGE_KEY_FILE: secretOf(alice) }),
      /SOPS_AGE_KEY_FILE: holds a private key.*SOPS_AGE_KEY/,
    ],
    ['a public key', () => ({ SOPS_AGE_KEY: alice.recipient }), /SOPS_AGE_KEY: is a public key/],
    [
      'small letters',
      () => ({ SOPS_AGE_KEY: secretOf(alice).toLowerCase() }),
      /SOPS_AGE_KEY: the identity is in small letters/,
    ],
    ['quotes', () => ({ SOPS_AGE_KEY: `"${secretOf(alice)}"` }), /SOPS_AGE_KEY has quotes/],
    [
      'a variable that does not exist',
      () => ({ SOPS_AGE_KEYFILE: 'keys.txt' }),
      /SOPS_AGE_KEYFILE is set, which neither/,
    ],
    [
      'a private key for a recipient',
      () => ({ SOPS_AGE_RECIPIENTS: secretOf(alice) }),
      /SOPS_AGE_RECIPIENTS holds a private key/,
    ],
    ['a file that is not there', () => ({ SOPS_AGE_KEY_FILE: '~/keys.txt' }), /there is no file.*"~"/],
    ['sudo', () => ({ SUDO_USER: 'me' }), /through sudo/],
  ])('%s', async (_what, variables, said) => {
    world.write('f.yaml', sealed);
    const { remarks, text } = await diagnose('f.yaml', variables());
    const sentences = remarks.map((remark) => `${remark.text}. ${remark.hint ?? ''}`);
    expect(sentences.find((sentence) => said.test(sentence))).toBeDefined();
    expect(text).toMatch(said);
  });

  it('a key file in small letters', async () => {
    world.write('f.yaml', sealed);
    world.write(world.defaultKeyFile, secretOf(alice).toLowerCase());
    expect((await diagnose('f.yaml')).remarks.map(({ text }) => text)).toEqual([
      `${world.defaultKeyFile}: the identity is in small letters`,
    ]);
  });

  it('a key file that others can read', async () => {
    world.write('f.yaml', sealed);
    world.write(world.defaultKeyFile, String(alice.keyFile));
    chmodSync(world.defaultKeyFile, 0o644);
    const { opens, remarks } = await diagnose('f.yaml');
    expect(opens).toBe(true);
    expect(remarks[0]?.hint).toContain('chmod 600');
  });
});

describe('a file that is broken', () => {
  const withAlice = (): Record<string, string> => ({ SOPS_AGE_KEY: secretOf(alice) });

  it('was wrapped for another key than the one it names', async () => {
    world.write('f.yaml', (await seal([bob.recipient])).replace(bob.recipient, alice.recipient));
    const { verdict, groups, next } = await diagnose('f.yaml', withAlice());
    expect(verdict).toBe('broken-key');
    expect(groups[0]?.[0]).toMatchObject({ verdict: 'mismatch', place: 'SOPS_AGE_KEY' });
    expect(next[0]).toContain('git log -p -- f.yaml');
  });

  it.each<[string, (text: string) => string, string, RegExp]>([
    [
      'in what is wrapped',
      (text) => text.replace(/(enc: \|\n +-----BEGIN.*\n +)..../, '$1AAAA'),
      'broken-key',
      /damaged/,
    ],
    [
      'in a value',
      (text) => text.replace(/(password: ENC\[AES256_GCM,data:)../, '$1AA'),
      'value',
      /password/,
    ],
    ['by a value that was added', (text) => `added: plain\n${text}`, 'value', /added/],
    [
      'in the order of its values',
      (text) => text.replace(/(list:)\n( +- ENC.*\n)( +- ENC.*\n)/, '$1\n$3$2'),
      'mac',
      /MAC/,
    ],
    [
      'in its metadata',
      (text) => text.replace(/lastmodified: .*/, 'lastmodified: yesterday'),
      'damaged',
      /lastmodified/,
    ],
    [
      'by the loss of its metadata',
      (text) => text.slice(0, text.indexOf('sops:')),
      'not-encrypted',
      /metadata is gone/,
    ],
    ['by a merge', (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`, 'conflict', /merge/],
  ])('%s', async (_how, damage, verdict, said) => {
    const text = await seal([alice.recipient], `password: ${canary}\nlist:\n  - one\n  - two\n`);
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    world.write('f.yaml', damaged);
    const found = await diagnose('f.yaml', withAlice());
    expect(`${found.reason} ${JSON.stringify(found.groups)}`).toMatch(said);
    expect(found.verdict).toBe(verdict);
    expect(found.next.length).toBeGreaterThan(0);
  });

  it.each([
    ['of another kind', () => ageVectors.pq.recipient, /another kind/],
    ['of SSH', () => ageVectors.ssh.ed25519.recipient, /another SSH key/],
  ])('was wrapped for another key %s, as can be told without any key', async (_kind, recipient, said) => {
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILZB8rmaOFJj3VlHRPpO4JvBfWhfbTXUUkfOsv8jLnXZ';
    const wrapped = recipient().startsWith('ssh-') ? other : alice.recipient;
    world.write('f.yaml', (await seal([wrapped])).replace(wrapped, recipient()));
    const { verdict, groups } = await diagnose('f.yaml');
    expect(verdict).toBe('broken-key');
    expect(groups[0]?.[0]).toMatchObject({
      verdict: 'mismatch',
      place: null,
      reason: expect.stringMatching(said),
    });
  });

  it('never was encrypted', async () => {
    world.write('f.yaml', `password: ${canary}\n`);
    expect((await diagnose('f.yaml')).next[0]).toContain('sopskit encrypt');
  });

  it.each<[string, () => string | Uint8Array, string, RegExp]>([
    ['a key file', () => String(alice.keyFile), 'key-file', /private keys/],
    ['an age file', () => 'age-encryption.org/v1\n-> X25519 TEST\n', 'not-encrypted', /age itself/],
    ['empty', () => '', 'not-encrypted', /not encrypted|empty/],
  ])('is %s', async (_what, content, verdict, said) => {
    world.write('f.yaml', content());
    const found = await diagnose('f.yaml');
    expect(found.verdict).toBe(verdict);
    expect(found.reason).toMatch(said);
  });

  it('has another format than its name says', async () => {
    world.write('f.ini', sealed);
    const { verdict, next } = await diagnose('f.ini', withAlice());
    expect(verdict).toBe('damaged');
    expect(next[0]).toBe('sopskit decrypt --input-type yaml f.ini');
  });

  it.each<[string, string, string]>([
    ['missing', 'nowhere.yaml', 'missing'],
    ['a folder', '.', 'unreadable'],
  ])('is %s', async (_what, file, verdict) => {
    expect((await diagnose(file)).verdict).toBe(verdict);
  });

  it('takes one file', async () => {
    const { status, stderr } = await world.run(['keys', 'doctor', 'a', 'b']);
    expect(status).toBe(1);
    expect(stderr).toContain('keys audit');
  });
});

describe('a kind of key that this release cannot use', () => {
  const arn = 'arn:aws:kms:eu-west-1:000000000000:key/00000000-test';
  const withKms = (text: string): string =>
    text.replace(
      'sops:\n',
      `sops:\n    kms:\n        - arn: ${arn}\n          created_at: "2026-01-02T03:04:05Z"\n          enc: TEST\n`,
    );

  it('is named as one', async () => {
    const text = withKms(await seal([bob.recipient]));
    world.write('f.yaml', text);
    const { verdict, groups } = await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(alice) });
    expect(verdict).toBe('no-key');
    expect(groups[0]).toMatchObject([
      { id: arn, source: 'kms', verdict: 'unsupported', reason: expect.stringContaining('AWS KMS') },
      { id: bob.recipient, verdict: 'absent' },
    ]);
  });

  it('does not matter where another key opens the file', async () => {
    world.write('f.yaml', withKms(await seal([bob.recipient])));
    expect((await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(bob) })).opens).toBe(true);
  });
});

describe('key groups', () => {
  it('need enough keys, and the doctor says how many are here', async () => {
    const text = await encrypt('a: 1\n', {
      format: 'yaml',
      keyGroups: [{ age: [alice.recipient] }, { age: [bob.recipient] }],
      shamirThreshold: 2,
    });
    world.write('f.yaml', text);
    const one = await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(alice) });
    expect(one).toMatchObject({ opens: false, needed: 2, verdict: 'no-key' });
    expect(one.reason).toBe('2 of its 2 key groups must come together; 1 can be opened here');
    expect(one.text).toMatch(/group 1\n {2}\+ .*\n {2}group 2\n {2}- /);
    expect(one.next[0]).toContain('one more group');
    expect(one.next.join()).not.toContain('To be added');
    const both = await diagnose('f.yaml', { SOPS_AGE_KEY: `${secretOf(alice)}\n${secretOf(bob)}` });
    expect(both.opens).toBe(true);
  });
});

describe('a key behind a passphrase', () => {
  it('is named where nobody can be asked', async () => {
    world.write(world.defaultKeyFile, ageVectors.lockedKeyFile.armored);
    world.write('f.yaml', sealed);
    const { groups, next, reason } = await diagnose('f.yaml');
    expect(groups[0]?.[0]).toMatchObject({
      verdict: 'failed',
      reason: expect.stringMatching(/passphrase|terminal/),
    });
    expect(reason).toContain('could not be used');
    expect(next[0]).toMatch(/terminal/);
  });
});

describe("a data key that is not the file's own", () => {
  const block = / {4}age:\n[\s\S]*?(?= {4}lastmodified:)/;

  it('is told from a value that was damaged', async () => {
    const [own, other] = [await seal([alice.recipient]), await seal([alice.recipient])];
    world.write(
      'f.yaml',
      own.replace(block, () => block.exec(other)?.[0] ?? ''),
    );
    const { verdict, reason } = await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(alice) });
    expect(verdict).toBe('broken-key');
    expect(reason).toContain('probably that of another file');
  });

  it('and one that is damaged is wrapped again by another recipient', async () => {
    const text = (await seal([alice.recipient, bob.recipient])).replace(
      /(enc: \|\n +-----BEGIN.*\n +)..../g,
      '$1AAAA',
    );
    world.write('f.yaml', text);
    const { next } = await diagnose('f.yaml', { SOPS_AGE_KEY: secretOf(alice) });
    expect(next.join('\n')).toContain('Your key is a recipient already');
    expect(next.join('\n')).toContain('sopskit rotate -i f.yaml');
  });
});

describe('what is no encrypted file', () => {
  it.each([
    ['.sops.yaml', 'creation_rules: []\n', /configuration/, /config lint/],
    ['empty.yaml', '', /empty/, /^$/],
    ['marked.yaml', '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n', /conflict/, /git log -p/],
  ])('%s gets no wrong advice', async (name, content, said, advice) => {
    world.write(name, content);
    const { reason, next } = await diagnose(name);
    expect(reason).toMatch(said);
    expect(next.join('\n')).toMatch(advice);
    expect(next.join('\n')).not.toContain('sopskit encrypt');
  });

  it.skipIf(process.platform === 'win32')('a pipe is not waited for', async () => {
    spawnSync('mkfifo', [path.join(world.folder, 'pipe')]);
    expect((await diagnose('pipe')).reason).toBe('it is no regular file');
  });

  it('a file that only a cloud key opens is one for sops', async () => {
    const kms = sealed.replace(
      / {4}age:\n[\s\S]*?(?= {4}lastmodified:)/,
      '    kms:\n        - arn: arn:aws:kms:eu-west-1:000000000000:key/TEST\n          created_at: "2024-01-01T00:00:00Z"\n          enc: VEVTVA==\n          aws_profile: ""\n',
    );
    world.write('f.yaml', kms);
    const { next } = await diagnose('f.yaml');
    expect(next.join()).toContain('sops decrypt f.yaml');
    expect(next.join()).not.toContain('updatekeys');
  });
});

describe('without a file', () => {
  it('says that there is no key, and how to make one', async () => {
    const { status, stdout } = await world.run(['keys', 'doctor']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^no private key was found\n[\s\S]*sopskit keys generate\n$/);
  });

  it('is content with a key', async () => {
    await world.run(['keys', 'generate']);
    const { status, stdout } = await world.run(['keys', 'doctor']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^1 private key was found\n/);
    expect(stdout).not.toContain(
      /AGE-SECRET-KEY-\w+/.exec(readFileSync(world.defaultKeyFile, 'utf8'))?.[0] ?? 'x',
    );
  });
});
