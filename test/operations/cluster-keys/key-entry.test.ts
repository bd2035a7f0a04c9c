import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateIdentity } from '../../../src/index.ts';
import type { FluxController } from '../../../src/operations/cluster-keys/bound-cluster.ts';
import { readKeyEntry } from '../../../src/operations/cluster-keys/key-entry.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { ageVectors } from '../../keys/age/age-vectors.ts';
import { keyFile, vectors } from '../../keys/pgp/world.ts';

const { x25519, pq, ssh, lockedKeyFile } = ageVectors;
/** Without the comment. */
const bare = (recipient: string): string => recipient.split(' ', 2).join(' ');

async function read(
  name: string,
  text: string | Uint8Array,
  controller: FluxController | null = null,
): Promise<{ use: string; held: string[]; problem: string | null }> {
  const value = new Secret(Uint8Array.from(Buffer.from(text)));
  const { use, holds, problem, ...rest } = await readKeyEntry(name, value, controller);
  expect(rest).toEqual({ name, value });
  const held = holds.map(({ kind, recipient, unusable }) => `${kind} ${recipient} ${unusable ?? 'usable'}`);
  expect(`${held} ${problem}`).not.toMatch(/AGE-(?:SECRET-KEY|PLUGIN)-\S*1|canary/i);
  return { use, held, problem };
}

describe('an entry is taken for what its name says', () => {
  it.each([
    ['age.agekey', 'age'],
    ['.agekey', 'age'],
    ['a.asc.agekey', 'age'],
    ['agekey', 'ignored'],
    ['age.AGEKEY', 'ignored'],
    ['age.agekey.bak', 'ignored'],
    ['keys.txt', 'ignored'],
    ['identity.asc', 'pgp'],
    ['sops.vault-token', 'cloud'],
    ['sops.aws-kms', 'cloud'],
    ['sops.azure-kv', 'cloud'],
    ['sops.gcp-kms', 'cloud'],
    ['my.vault-token', 'ignored'],
  ])('%s: %s', async (name, use) => {
    expect((await read(name, '')).use).toBe(use);
  });
});

describe('an age entry', () => {
  const own = `x25519 ${x25519.recipient} usable`;

  it('holds an identity a line', async () => {
    const text = `# created: today\r\n\r\n${x25519.identity}\r\n${pq.identity}`;
    const { held, problem } = await read('age.agekey', text);
    expect(held).toEqual([own, `hybrid ${pq.recipient} usable`]);
    expect(problem).toBeNull();
  });

  it('of a release that does not know post-quantum keys fails on one', async () => {
    const old = { namespace: 'flux-system', version: 'v2.7.0', readsHybrid: false, sopsAgeSecret: null };
    const { held, problem } = await read('age.agekey', `${x25519.identity}\n${pq.identity}\n`, old);
    expect(held[1]).toContain('which Flux reads since 2.9');
    expect(problem).toBe('line 2 is a post-quantum identity, which Flux reads since 2.9');
    expect((await read('age.agekey', pq.identity, { ...old, readsHybrid: null })).problem).toBeNull();
  });

  it('of a plugin is read, and opens nothing', async () => {
    const { held, problem } = await read('age.agekey', pq.pluginIdentity);
    expect(held).toEqual([
      expect.stringMatching(/^plugin null it is of the age plugin \w+, and the controller has no plugins$/),
    ]);
    expect(problem).toBeNull();
  });

  it.each([
    ['a public half', x25519.recipient, 'line 1 is a public key, not an identity'],
    ['garbage', `${x25519.identity}\ncanary`, 'line 2 is not an age identity'],
    ['white space', ` ${x25519.identity}`, 'line 1 has white space before the identity'],
    [
      'white space behind',
      `${x25519.identity} `,
      'line 1 is a damaged identity: it has a character that no key has',
    ],
    ['lower case', x25519.identity.toLowerCase(), 'line 1 is an identity in lower case, which is not read'],
    ['what is cut off', x25519.identity.slice(0, -4), /^line 1 is a damaged identity: its checksum is wrong/],
    [
      'a byte order mark',
      `\ufeff${x25519.identity}`,
      'line 1 begins with a byte order mark, which is no part of an identity',
    ],
    ['an SSH key', ssh.ed25519.privateKey, 'line 1 begins an SSH or PEM key, which Flux does not read'],
    [
      'an encrypted key file',
      lockedKeyFile.armored,
      'line 1 begins an encrypted identity file, and the controller has no passphrase',
    ],
    [
      'a PGP key',
      readFileSync(keyFile('bob.key.asc'), 'utf8'),
      'line 1 begins a PGP key, which belongs into an entry named *.asc',
    ],
  ])('fails on %s', async (_what, text, problem) => {
    expect((await read('age.agekey', text)).problem).toMatch(problem);
  });

  it.each([
    ['empty', ''],
    ['of comments', '# canary\n\n'],
  ])('that is %s holds nothing', async (_what, text) => {
    expect(await read('age.agekey', text)).toEqual({ use: 'age', held: [], problem: null });
  });
});

describe('what is in an entry is told whatever its name', () => {
  it.each([
    ['keys.txt', x25519.identity, `x25519 ${x25519.recipient} usable`],
    [
      'id_ed25519',
      ssh.ed25519.privateKey,
      `ssh ${bare(ssh.ed25519.recipient)} it is an SSH key, and Flux reads none`,
    ],
    ['id_rsa', ssh.rsa.privateKey, `ssh ${bare(ssh.rsa.recipient)} it is an SSH key, and Flux reads none`],
    ['id_rsa', ssh.rsaPkcs1Locked.privateKey, 'ssh null it is an SSH key, and Flux reads none'],
    ['keys.age', lockedKeyFile.armored, /^locked null it is behind a passphrase/],
    ['keys.age', Buffer.from(lockedKeyFile.binary, 'base64'), /^locked null it is behind a passphrase/],
  ])('%s', async (name, text, held) => {
    const found = await read(name, text);
    expect(found).toEqual({
      use: 'ignored',
      held: [typeof held === 'string' ? held : expect.stringMatching(held)],
      problem: null,
    });
  });

  it('of a PGP key', async () => {
    const found = await read('key.gpg', readFileSync(keyFile('bob.key.asc')));
    expect(found).toEqual({ use: 'ignored', held: [expect.stringContaining('pgp ')], problem: null });
  });

  it('of a certificate there is nothing', async () => {
    const text = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n';
    expect(await read('tls.key', text)).toEqual({ use: 'ignored', held: [], problem: null });
  });
});

describe('a PGP entry', () => {
  const { alice, bob, signer } = vectors.fingerprints;
  const file = (name: string): Uint8Array => readFileSync(keyFile(name));

  it.each([
    [
      'a private key behind a passphrase',
      'bob.key.asc',
      `pgp ${bob} it is behind a passphrase, which the controller has nobody to ask for`,
    ],
    ['a public half', 'bob.pub.asc', `pgp ${bob} it is the public half only`],
    ['a key that only signs', 'signer.key.asc', `pgp ${signer} no part of it is for decryption`],
    ['a private key', 'alice.key.asc', `pgp ${alice} usable`],
  ])('of %s', async (_what, name, held) => {
    expect(await read('key.asc', file(name))).toEqual({ use: 'pgp', held: [held], problem: null });
  });

  it('tells the ids of the key and its subkeys', async () => {
    const { holds } = await readKeyEntry('key.asc', new Secret(Uint8Array.from(file('bob.key.asc'))), null);
    expect(holds[0]?.keyIds).toEqual(['077E18278DC56A76', '48E432DCBA68A613']);
  });

  it.each([
    ['nothing', '', 'there is no PGP key in it'],
    ['garbage', 'canary', 'it holds no PGP key that can be read'],
    ['an age identity', x25519.identity, 'it holds no PGP key that can be read'],
    [
      'a wrong checksum',
      readFileSync(keyFile('bob.key.asc'), 'utf8').replace(/\n=....\n/, '\n=AAAA\n'),
      'its armor has a wrong checksum',
    ],
  ])('fails on %s', async (_what, text, problem) => {
    expect((await read('key.asc', text)).problem).toBe(problem);
  });
});

it('is read again and again alike', async () => {
  const { keyFile: text, recipient } = await generateIdentity();
  for (const name of ['a.agekey', 'b.agekey'])
    expect((await read(name, text)).held).toEqual([`x25519 ${recipient} usable`]);
});
