import { describe, expect, it } from 'vitest';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { type FakeWorld, fakeSystem } from '../../system/fake-system.ts';
import { failureOf } from '../contract.ts';
import { ageVectors, type SealedVector } from './age-vectors.ts';

const { x25519, ssh, lockedKeyFile } = ageVectors;

describe('the error for a key that cannot be used', () => {
  it.each<[string, SealedVector, FakeWorld, string]>([
    [
      'a wrong passphrase of an SSH key',
      ssh.ed25519Ctr,
      { files: { '/fake/home/.ssh/id_ed25519': ssh.ed25519Ctr.privateKey }, answers: ['wrong'] },
      'type the passphrase again',
    ],
    [
      'a wrong passphrase of an identity file',
      x25519,
      { env: { SOPS_AGE_KEY: lockedKeyFile.armored }, answers: ['wrong'] },
      'type the passphrase again',
    ],
    [
      'no terminal for an SSH key',
      ssh.ed25519Ctr,
      { files: { '/fake/home/.ssh/id_ed25519': ssh.ed25519Ctr.privateKey } },
      'on a terminal, or use a key without a passphrase',
    ],
    [
      'no terminal for an identity file',
      x25519,
      { env: { SOPS_AGE_KEY: lockedKeyFile.armored } },
      'on a terminal, or give an identity without a passphrase',
    ],
  ])('%s: the hint is the next step', async (_mistake, vector, world, step) => {
    const error = await failureOf(ageSource.open(fakeSystem(world)).unwrap(keyOf(vector)));
    expect(error.hint).toContain(step);
    expect(error.message).not.toContain(step);
  });

  it.each([
    ['an ecdsa key', ageVectors.unsupportedSsh.privateKey, 'it is neither an ssh-ed25519 nor an ssh-rsa key'],
    ['a public key', ssh.rsa.recipient, 'it is a public key'],
    ['no key', 'canary', 'there is no private key in it'],
  ])('%s in SOPS_AGE_SSH_PRIVATE_KEY_FILE, with its path', async (_what, content, reason) => {
    const world = { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: '/k/mine' }, files: { '/k/mine': content } };
    const error = await failureOf(ageSource.open(fakeSystem(world)).unwrap(keyOf(ssh.rsa)));
    expect(error.message).toContain(`SOPS_AGE_SSH_PRIVATE_KEY_FILE (/k/mine): ${reason}`);
    expect(error.message).not.toContain('canary');
  });

  it('words that are no identities, once', async () => {
    const system = fakeSystem({ env: { SOPS_AGE_KEY: 'foo bar secret' } });
    const error = await failureOf(ageSource.open(system).unwrap(keyOf(x25519)));
    expect(error.message.split('SOPS_AGE_KEY: is not an identity')).toHaveLength(2);
    expect(error.message).not.toMatch(/foo|secret/);
  });
});

function keyOf(vector: SealedVector): MasterKey {
  const [key] = ageSource.parse(vector.recipient);
  if (key === undefined) throw new Error('expected a key');
  return { ...key, enc: vector.armored };
}
