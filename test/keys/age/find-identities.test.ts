import { describe, expect, it } from 'vitest';
import { findIdentities, identitiesIn } from '../../../src/keys/age/find-identities.ts';
import type { FoundIdentities } from '../../../src/keys/age/found-identity.ts';
import { type FakeWorld, fakeSystem } from '../../system/fake-system.ts';
import { ageVectors } from './age-vectors.ts';

const { x25519, pq, ssh, lockedKeyFile } = ageVectors;
const defaultFile = '/fake/home/.config/sops/age/keys.txt';
const printing = (text: string): string => `'${process.execPath}' -p '${JSON.stringify(text)}'`;

async function find(world: FakeWorld, runCommands = false): Promise<FoundIdentities> {
  return await findIdentities(fakeSystem(world), { runCommands });
}

function texts({ found }: FoundIdentities): string[] {
  return found.map(({ text }) => text.lendText((one) => one));
}

describe('identities are found with their texts', () => {
  it('in sops’ order, each once', async () => {
    const all = await find({
      env: { SOPS_AGE_KEY: pq.identity, SOPS_AGE_KEY_FILE: 'keys/k.txt' },
      files: { 'keys/k.txt': `${x25519.identity}\r\n${pq.identity}\n`, [defaultFile]: x25519.identity },
    });
    expect(texts(all)).toEqual([pq.identity, x25519.identity]);
    expect(all.found.map(({ text: _, ...one }) => one)).toEqual([
      { kind: 'hybrid', recipient: pq.recipient, place: 'SOPS_AGE_KEY', path: null, replaces: null },
      {
        ...{ kind: 'x25519', recipient: x25519.recipient, place: 'SOPS_AGE_KEY_FILE', replaces: null },
        path: expect.stringMatching(/^\/.*\/keys\/k\.txt$/),
      },
    ]);
    expect(all.problems).toEqual([]);
  });

  it('in the default file, with its path', async () => {
    const [one] = (await find({ files: { [defaultFile]: x25519.identity } })).found;
    expect(one).toMatchObject({ place: defaultFile, path: defaultFile });
  });

  it('by a command only where it may run', async () => {
    const world = { env: { SOPS_AGE_KEY_CMD: printing(x25519.identity) } };
    expect((await find(world)).found).toEqual([]);
    expect((await find(world, true)).found).toMatchObject([
      { recipient: x25519.recipient, place: 'SOPS_AGE_KEY_CMD', path: null },
    ]);
  });

  it('and cannot be printed, and are wiped', async () => {
    const all = await find({ env: { SOPS_AGE_KEY: x25519.identity } });
    expect(JSON.stringify(all)).not.toContain(x25519.identity);
    all.wipe();
    expect(texts(all)[0]).toMatch(/^\0+$/);
  });
});

describe('what an identity replaces', () => {
  const old = x25519.recipient;
  it.each([
    ['right above it', `# replaces: ${old}\n${pq.identity}\n`, old],
    ['among other comments', `# created: x\n# replaces: ${old}\r\n# public key: y\n${pq.identity}\n`, old],
    ['above an empty line', `# replaces: ${old}\n\n${pq.identity}\n`, null],
    ['above another identity', `# replaces: ${old}\n${x25519.identity}\n${pq.identity}\n`, null],
    ['of what is no recipient', `# replaces: ${x25519.identity}\n${pq.identity}\n`, null],
  ])('is told by a comment %s', async (_where, text, replaces) => {
    const { found } = await find({ files: { [defaultFile]: text } });
    expect(found.find(({ recipient }) => recipient === pq.recipient)?.replaces).toBe(replaces);
  });
});

describe('keys that no cluster can be given', () => {
  it('are told by their kind', async () => {
    const all = await find({
      env: { SOPS_AGE_KEY: pq.pluginIdentity, SOPS_AGE_SSH_PRIVATE_KEY_FILE: 'rsa' },
      files: { rsa: ssh.rsa.privateKey, [defaultFile]: lockedKeyFile.armored },
    });
    expect(all.found).toEqual([]);
    expect(all.unusable).toEqual([
      {
        ...{ kind: 'ssh', recipient: ssh.rsa.recipient.split(' ', 2).join(' ') },
        place: 'SOPS_AGE_SSH_PRIVATE_KEY_FILE',
      },
      { kind: 'plugin', recipient: null, place: 'SOPS_AGE_KEY' },
      { kind: 'locked', recipient: null, place: defaultFile },
    ]);
  });

  it('are found without a question', async () => {
    const system = fakeSystem({ files: { '/fake/home/.ssh/id_rsa': ssh.rsaPkcs1Locked.privateKey } });
    const all = await findIdentities(system, { runCommands: true });
    expect(system.questions).toEqual([]);
    expect(all.problems).toEqual([expect.stringContaining('there is no public key in')]);
  });
});

describe('what cannot be read', () => {
  it('is told without a key, and does not spoil the rest', async () => {
    const all = await find({
      env: { SOPS_AGE_KEY: `${x25519.identity.slice(0, -1)}Q canary`, SOPS_AGE_KEY_FILE: 'none' },
      files: { [defaultFile]: x25519.identity },
    });
    expect(texts(all)).toEqual([x25519.identity]);
    expect(all.problems.join('\n')).toMatch(
      /SOPS_AGE_KEY is a damaged identity[\s\S]*SOPS_AGE_KEY_FILE there is no file none/,
    );
    expect(all.problems.join()).not.toMatch(/AGE-SECRET-KEY-1|canary/);
  });
});

it('reads one text, as of a file that is named', async () => {
  const text = `# replaces: ${pq.recipient}\n${x25519.identity}\nnonsense\n`;
  const all = await identitiesIn(fakeSystem(), Buffer.from(text), { place: 'k.txt', file: '/k.txt' });
  expect(all.found).toMatchObject([
    { kind: 'x25519', recipient: x25519.recipient, place: 'k.txt', path: '/k.txt', replaces: pq.recipient },
  ]);
  expect(all.problems).toEqual([expect.stringMatching(/^k\.txt line 3 is not an identity/)]);
});
