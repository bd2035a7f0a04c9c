import { describe, expect, it } from 'vitest';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import { openFile, parseFile } from '../../../src/keys/age/file/age-file.ts';
import { decodeArmor, encodeArmor } from '../../../src/keys/age/file/armor.ts';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { type FakeSystem, type FakeWorld, fakeSystem } from '../../system/fake-system.ts';
import { hexOf, testDataKey } from '../contract.ts';
import { ageVectors, type SealedVector, type SshVectorName } from './age-vectors.ts';

const { passphrase, plaintext, x25519, pq, ssh, lockedKeyFile } = ageVectors;
const sshPath = '/fake/home/.ssh/id_ed25519';

describe('files that age and sops wrote', () => {
  it.each([
    ['X25519', x25519],
    ['post-quantum', pq],
  ])('open: %s', async (_kind, vector) => {
    await opensAll(vector, fakeSystem({ env: { SOPS_AGE_KEY: vector.identity } }));
  });

  it.each(Object.keys(ssh) as SshVectorName[])('open: ssh %s', async (name) => {
    const vector = ssh[name];
    const system = sshSystem(name);
    await opensAll(vector, system);
    expect(system.questions.length).toBe(isLocked(name) ? 1 : 0);
  });

  it.each([
    ['armored', lockedKeyFile.armored],
    ['binary', Buffer.from(lockedKeyFile.binary, 'base64')],
  ])('open with an identity file behind a passphrase, %s', async (_form, content) => {
    const world = { files: { '/keys': content }, env: { SOPS_AGE_KEY_FILE: '/keys' } };
    const system = fakeSystem({ ...world, answers: [passphrase] });
    await opensAll(x25519, system);
    expect(system.questions).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY_FILE (/keys)'"]);
  });

  it('have an armor that is printed the same again', () => {
    for (const vector of [x25519, pq, ...Object.values(ssh)]) {
      for (const text of [vector.armored, vector.sops]) expect(encodeArmor(decodeArmor(text))).toBe(text);
    }
    for (const length of [0, 1, 47, 48, 49, 96]) {
      const bytes = Buffer.alloc(length, 7);
      expect(Buffer.from(decodeArmor(encodeArmor(bytes))).equals(bytes)).toBe(true);
    }
  });
});

describe('files that sopskit wrote', () => {
  it.each(Object.keys(ssh) as SshVectorName[])('open: ssh %s', async (name) => {
    const session = ageSource.open(sshSystem(name));
    const wrapped = await session.wrap(keyOf(ssh[name], null), testDataKey());
    expect(hexOf(await session.unwrap(wrapped))).toBe(hexOf(testDataKey()));
  });

  it('have a payload of any length', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY: x25519.identity } });
    const { X25519Identity, X25519Recipient } = await import('../../../src/keys/age/native/x25519.ts');
    for (const length of [0, 1, 65535, 65536, 65537, 200_000]) {
      const data = Buffer.alloc(length, length % 251);
      const file = parseFile(new X25519Recipient(x25519.recipient).seal(data, system));
      const fileKey = new X25519Identity(x25519.identity).unwrap(file.header);
      expect(fileKey === null ? null : Buffer.from(openFile(file, fileKey)).equals(data)).toBe(true);
    }
  });
});

async function opensAll(vector: SealedVector, system: FakeSystem): Promise<void> {
  const session = ageSource.open(system);
  const rearmored = encodeArmor(Buffer.from(vector.binary, 'base64'));
  for (const enc of [vector.armored, rearmored]) {
    expect(hexOf(await session.unwrap(keyOf(vector, enc)))).toBe(plaintext);
  }
  expect((await session.unwrap(keyOf(vector, vector.sops))).length).toBe(32);
  expect(system.warnings).toEqual([]);
}

function keyOf(vector: SealedVector, enc: string | null): MasterKey {
  const [key] = ageSource.parse(vector.recipient);
  if (key === undefined) throw new Error('expected a key');
  return { ...key, enc };
}

/** The key where ssh-keygen puts it, with its public half beside it, and its passphrase ready. */
function sshSystem(name: SshVectorName): FakeSystem {
  const { privateKey, publicKey } = ssh[name];
  const world: FakeWorld = { files: { [sshPath]: privateKey, [`${sshPath}.pub`]: publicKey } };
  return fakeSystem(isLocked(name) ? { ...world, answers: [passphrase] } : world);
}

function isLocked(name: SshVectorName): boolean {
  return /Ctr|Cbc|Gcm|Locked/.test(name);
}
