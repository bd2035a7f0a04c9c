import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { type FakeWorld, fakeSystem } from '../../system/fake-system.ts';
import { failureOf, hexOf, testDataKey } from '../contract.ts';
import { ageVectors, type SealedVector } from './age-vectors.ts';

const { passphrase, plaintext, x25519, pq, ssh, lockedKeyFile } = ageVectors;
const defaultFile = '/fake/home/.config/sops/age/keys.txt';
const both = `# TEST KEYS\n${pq.identity}\n\n${x25519.identity}\n`;
/** A command that prints a text: Node itself, quoted as sops' splitting wants it. */
const printing = (text: string): string => `'${process.execPath}' -p '${JSON.stringify(text)}'`;

describe('an identity is found', () => {
  it.each<[string, SealedVector, FakeWorld]>([
    ['in SOPS_AGE_KEY', x25519, { env: { SOPS_AGE_KEY: x25519.identity } }],
    [
      'in SOPS_AGE_KEY among several on a line',
      x25519,
      { env: { SOPS_AGE_KEY: `${pq.identity} ${x25519.identity}` } },
    ],
    ['in SOPS_AGE_KEY with comments', x25519, { env: { SOPS_AGE_KEY: both } }],
    ['in the file of SOPS_AGE_KEY_FILE', x25519, { env: { SOPS_AGE_KEY_FILE: 'k' }, files: { k: both } }],
    [
      'with CRLF line ends',
      x25519,
      { env: { SOPS_AGE_KEY_FILE: 'k' }, files: { k: both.replaceAll('\n', '\r\n') } },
    ],
    ['after a byte order mark', x25519, { env: { SOPS_AGE_KEY_FILE: 'k' }, files: { k: `\ufeff${both}` } }],
    ['by the command of SOPS_AGE_KEY_CMD', x25519, { env: { SOPS_AGE_KEY_CMD: printing(x25519.identity) } }],
    ['in the default file', x25519, { files: { [defaultFile]: both } }],
    [
      'in XDG_CONFIG_HOME',
      x25519,
      { env: { XDG_CONFIG_HOME: '/x' }, files: { '/x/sops/age/keys.txt': both } },
    ],
    [
      'in SOPS_AGE_SSH_PRIVATE_KEY_FILE',
      ssh.rsa,
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: 'rsa' }, files: { rsa: ssh.rsa.privateKey } },
    ],
    [
      'by the command of SOPS_AGE_SSH_PRIVATE_KEY_CMD',
      ssh.ed25519,
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: printing(ssh.ed25519.privateKey) } },
    ],
    [
      'in ~/.ssh/id_ed25519',
      ssh.ed25519,
      { files: { '/fake/home/.ssh/id_ed25519': ssh.ed25519.privateKey } },
    ],
    ['in ~/.ssh/id_rsa', ssh.rsa, { files: { '/fake/home/.ssh/id_rsa': ssh.rsa.privateKey } }],
  ])('%s', async (_where, vector, world) => {
    const system = fakeSystem(world);
    expect(hexOf(await ageSource.open(system).unwrap(keyOf(vector)))).toBe(plaintext);
    expect(system.warnings).toEqual([]);
  });

  it.each<[string, NodeJS.Platform, Record<string, string>, string]>([
    ['Windows', 'win32', { AppData: 'C:\\Users\\t\\AppData' }, 'C:\\Users\\t\\AppData\\sops\\age\\keys.txt'],
    ['macOS', 'darwin', {}, '/fake/home/Library/Application Support/sops/age/keys.txt'],
    ['macOS, where people also keep it', 'darwin', {}, '/fake/home/.config/sops/age/keys.txt'],
    ['macOS with XDG_CONFIG_HOME', 'darwin', { XDG_CONFIG_HOME: '/x' }, '/x/sops/age/keys.txt'],
  ])('in the default file of %s', async (_name, platform, env, path) => {
    const key = platform === 'win32' ? `/fake/cwd/${path}` : path;
    const system = fakeSystem({ platform, env, files: { [key]: both } });
    expect(hexOf(await ageSource.open(system).unwrap(keyOf(x25519)))).toBe(plaintext);
  });

  it('by a command that is told the recipient', async () => {
    const answer = `({${x25519.recipient}:"${x25519.identity}"})[process.env.SOPS_AGE_RECIPIENT]`;
    const system = fakeSystem({ env: { SOPS_AGE_KEY_CMD: `"${process.execPath}" -p '${answer}'` } });
    expect(hexOf(await ageSource.open(system).unwrap(keyOf(x25519)))).toBe(plaintext);
  });
});

describe('what a command prints', () => {
  it('may be a binary identity file behind a passphrase', async () => {
    const program = `process.stdout.write(Buffer.from("${lockedKeyFile.binary}","base64"))`;
    const env = { SOPS_AGE_KEY_CMD: `'${process.execPath}' -e '${program}'` };
    const system = fakeSystem({ env, answers: [passphrase] });
    expect(hexOf(await ageSource.open(system).unwrap(keyOf(x25519)))).toBe(plaintext);
  });
});

describe('as little as possible is asked', () => {
  const commands = { SOPS_AGE_KEY_CMD: printing(x25519.identity), SOPS_AGE_SSH_PRIVATE_KEY_CMD: '/no/such' };

  it('the identity of the recipient first: nothing is run, nothing unrelated is read', async () => {
    const system = fakeSystem({ env: { ...commands, SOPS_AGE_KEY: x25519.identity } });
    await ageSource.open(system).unwrap(keyOf(x25519));
    expect(system.runs).toEqual([]);
    expect(system.reads).toEqual([defaultFile]);
  });

  it('each command once for each distinct recipient', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY_CMD: printing(`${x25519.identity}\n${pq.identity}`) } });
    const session = ageSource.open(system);
    await Promise.all([x25519, pq, x25519, pq].map((vector) => session.unwrap(keyOf(vector))));
    await session.unwrap(keyOf(x25519));
    expect(system.runs).toHaveLength(2);
  });

  it('the passphrase of an identity file once, for any number of files', async () => {
    const env = { SOPS_AGE_KEY: lockedKeyFile.armored };
    const system = fakeSystem({ env, answers: [passphrase] });
    const session = ageSource.open(system);
    await Promise.all([1, 2, 3].map(() => session.unwrap(keyOf(x25519))));
    expect(system.questions).toHaveLength(1);
  });

  it('a wrong passphrase once, for any number of files', async () => {
    const system = fakeSystem({
      env: { SOPS_AGE_KEY: lockedKeyFile.armored },
      answers: ['wrong', passphrase],
    });
    const session = ageSource.open(system);
    for (const _ of [1, 2]) {
      const error = await failureOf(session.unwrap(keyOf(x25519)));
      expect(error.message).toContain(
        'SOPS_AGE_KEY: identities behind a passphrase: the passphrase is wrong',
      );
    }
    expect(system.questions).toHaveLength(1);
  });

  it('nothing more once the user interrupts', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY: lockedKeyFile.armored }, answers: [] });
    const secret = () => Promise.reject(new SopskitError('interrupted', 'interrupted'));
    const interrupted = { ...system, prompts: { ...system.prompts, secret } };
    expect((await failureOf(ageSource.open(interrupted).unwrap(keyOf(x25519)))).code).toBe('interrupted');
  });

  it('no passphrase for a file that the key cannot open', async () => {
    const files = { '/fake/home/.ssh/id_ed25519': ssh.ed25519Ctr.privateKey };
    const system = fakeSystem({
      env: { SOPS_AGE_KEY: lockedKeyFile.armored },
      files,
      answers: [passphrase, passphrase],
    });
    const error = await failureOf(ageSource.open(system).unwrap(keyOf(ssh.rsa)));
    expect(system.questions).toEqual([]);
    expect(error.message).toContain(ssh.ed25519Ctr.publicKey.split(' ')[1]?.slice(0, 12));
  });
});

describe('what cannot be read', () => {
  const unreadable = new SopskitError('file.unreadable', 'cannot read /locked: permission denied', {
    cause: Object.assign(new Error('TEST'), { code: 'EACCES' }),
  });

  it('is a warning, once, when another identity opens the file', async () => {
    const env = { SOPS_AGE_KEY: x25519.identity, SOPS_AGE_KEY_FILE: '/locked' };
    const system = fakeSystem({
      env,
      files: { '/locked': unreadable, [defaultFile]: `${pq.identity}\nnonsense\n` },
    });
    const session = ageSource.open(system);
    for (const _ of [1, 2]) await session.unwrap(keyOf(x25519));
    expect(system.warnings).toEqual([
      'age: SOPS_AGE_KEY_FILE: cannot read /locked: permission denied',
      `age: ${defaultFile}: line 2 is not an identity`,
    ]);
  });

  it('does not matter when it has nothing to do with the recipient', async () => {
    const files = { '/fake/home/.ssh/id_ed25519': ageVectors.unsupportedSsh.privateKey };
    const system = fakeSystem({ env: { SOPS_AGE_KEY: x25519.identity }, files });
    await ageSource.open(system).unwrap(keyOf(x25519));
    expect(system.warnings).toEqual([]);
  });

  it('is part of the error when nothing opens the file, with what to do', async () => {
    const files = {
      '/locked': unreadable,
      '/fake/home/.ssh/id_ed25519': ageVectors.unsupportedSsh.privateKey,
    };
    const system = fakeSystem({ env: { SOPS_AGE_KEY: pq.identity, SOPS_AGE_KEY_FILE: '/locked' }, files });
    const error = await failureOf(ageSource.open(system).unwrap(keyOf(x25519)));
    expect(error.message.split('\n')).toEqual([
      `no identity opens the data key for the recipient ${x25519.recipient}`,
      '  identities that were found:',
      `    ${pq.recipient.slice(0, 30)}… (SOPS_AGE_KEY)`,
      '  what did not work:',
      '    SOPS_AGE_KEY_FILE: cannot read /locked: permission denied. Make it readable for you alone: `chmod 600 FILE`, and `chown` it if it is not yours.',
      '    /fake/home/.ssh/id_ed25519: it is neither an ssh-ed25519 nor an ssh-rsa key (ecdsa-sha2-nistp256)',
      '  where there was none:',
      `    ${defaultFile} (no such file)`,
      '    SOPS_AGE_KEY_CMD (not set)',
      '    SOPS_AGE_SSH_PRIVATE_KEY_FILE (not set)',
      '    /fake/home/.ssh/id_rsa (no such file)',
      '    SOPS_AGE_SSH_PRIVATE_KEY_CMD (not set)',
    ]);
    expect(error.hint).toContain(defaultFile);
  });

  it('is made readable in another way on Windows', async () => {
    const env = { AppData: 'C:\\Users\\t', SOPS_AGE_KEY_FILE: '/locked' };
    const system = fakeSystem({ platform: 'win32', env, files: { '/locked': unreadable } });
    const error = await failureOf(ageSource.open(system).unwrap(keyOf(x25519)));
    expect(error.message).toContain('permission denied. Give yourself the right to read it: `icacls FILE');
  });
});

describe('the error explains typical mistakes', () => {
  it.each<[string, FakeWorld, string]>([
    [
      'a path in SOPS_AGE_KEY',
      { env: { SOPS_AGE_KEY: '~/keys.txt' } },
      'Put the path of a key file into SOPS_AGE_KEY_FILE',
    ],
    [
      'a public key in SOPS_AGE_KEY',
      { env: { SOPS_AGE_KEY: x25519.recipient } },
      'is a public key, not an identity',
    ],
    [
      'an SSH key in SOPS_AGE_KEY',
      { env: { SOPS_AGE_KEY: ssh.rsa.privateKey } },
      'is an SSH key, not an age identity',
    ],
    ['a missing SOPS_AGE_KEY_FILE', { env: { SOPS_AGE_KEY_FILE: '/none' } }, 'there is no file /none'],
    ['an unexpanded ~', { env: { SOPS_AGE_KEY_FILE: '~/k' } }, 'The shell did not expand the "~"'],
    [
      'a key in SOPS_AGE_KEY_FILE',
      { env: { SOPS_AGE_KEY_FILE: pq.identity } },
      'holds a private key, not the path of one',
    ],
    [
      'only comments',
      { files: { [defaultFile]: `# public key: ${x25519.recipient}\n` } },
      'holds no identity',
    ],
    [
      'white space',
      { files: { [defaultFile]: `  ${pq.identity}\n` } },
      'line 1 has white space around the identity',
    ],
    [
      'a cut identity',
      { files: { [defaultFile]: pq.identity.slice(0, -1) } },
      'line 1 is a damaged identity',
    ],
    ['UTF-16', { files: { [defaultFile]: Buffer.from(`\ufeff${both}`, 'utf16le') } }, 'is UTF-16'],
    ['an empty command', { env: { SOPS_AGE_KEY_CMD: ' ' } }, 'SOPS_AGE_KEY_CMD: is set but empty'],
    ['an open quote', { env: { SOPS_AGE_KEY_CMD: 'cat "x' } }, 'a quote is not closed'],
    [
      'a missing command',
      { env: { SOPS_AGE_KEY_CMD: '/no/such prog' } },
      'cannot run /no/such: there is no such program',
    ],
    [
      'a failing command',
      { env: { SOPS_AGE_KEY_CMD: `'${process.execPath}' -e 'process.exit(9)'` } },
      'failed with status 9',
    ],
    ['a relative XDG_CONFIG_HOME', { env: { XDG_CONFIG_HOME: 'x' } }, 'XDG_CONFIG_HOME is a relative path'],
    ['no home', { home: null }, 'there is no home folder'],
    ['no terminal', { env: { SOPS_AGE_KEY: lockedKeyFile.armored } }, 'there is no terminal'],
    [
      'a locked PEM key without its public half',
      { files: { '/fake/home/.ssh/id_rsa': ssh.rsaPkcs1Locked.privateKey } },
      'ssh-keygen -y -f /fake/home/.ssh/id_rsa > /fake/home/.ssh/id_rsa.pub',
    ],
    [
      'a locked key from a command',
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: printing(ssh.rsaCtr.privateKey) } },
      'gave an SSH key with a passphrase',
    ],
  ])('%s', async (_mistake, world, message) => {
    const error = await failureOf(ageSource.open(fakeSystem(world)).unwrap(keyOf(x25519)));
    expect(error).toMatchObject({ code: 'key.unavailable', message: expect.stringContaining(message) });
    expect(`${error.message}${error.hint}`).not.toMatch(/AGE-SECRET-KEY-(PQ-)?1/);
  });

  it('an "enc" that is not for its recipient', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY: x25519.identity } });
    const error = await failureOf(ageSource.open(system).unwrap({ ...keyOf(x25519), enc: pq.armored }));
    expect(error.message).toContain(
      `the identity of ${x25519.recipient} is in SOPS_AGE_KEY, but does not open`,
    );
  });

  it('a private key in the metadata, without quoting it', async () => {
    const key = { ...keyOf(x25519), id: x25519.identity };
    for (const work of [
      ageSource.open(fakeSystem()).unwrap(key),
      ageSource.open(fakeSystem()).wrap(key, testDataKey()),
    ]) {
      const error = await failureOf(work);
      expect(`${error.message}${error.hint}`).not.toContain('AGE-SECRET-KEY-1');
    }
  });

  it('an "enc" that is damaged', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY: x25519.identity } });
    const error = await failureOf(ageSource.open(system).unwrap({ ...keyOf(x25519), enc: 'AAAA' }));
    expect(error).toMatchObject({ code: 'key.unavailable', message: expect.stringContaining('damaged') });
  });
});

function keyOf(vector: SealedVector): MasterKey {
  const [key] = ageSource.parse(vector.recipient);
  if (key === undefined) throw new Error('expected a key');
  return { ...key, enc: vector.armored };
}
