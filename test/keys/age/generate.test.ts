import { describe, expect, it } from 'vitest';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import { generateIdentity, identityToRecipient } from '../../../src/keys/age/generate.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { failureOf, hexOf, testDataKey } from '../contract.ts';
import { ageVectors } from './age-vectors.ts';

describe('a new identity', () => {
  it.each(['x25519', 'hybrid'] as const)('is a key file as age-keygen prints it: %s', async (kind) => {
    const { recipient, file } = await generateIdentity(fakeSystem(), kind);
    const text = file.lendText((each) => each);
    const prefix = kind === 'x25519' ? 'AGE-SECRET-KEY-1' : 'AGE-SECRET-KEY-PQ-1';
    const lines = [
      '# created: 2026-01-02T03:04:05Z',
      `# public key: ${recipient}`,
      expect.stringContaining(prefix),
      '',
    ];
    expect(text.split('\n')).toEqual(lines);
    const session = ageSource.open(fakeSystem({ env: { SOPS_AGE_KEY: text } }));
    for (const key of ageSource.parse(recipient)) {
      expect(hexOf(await session.unwrap(await session.wrap(key, testDataKey())))).toBe(hexOf(testDataKey()));
    }
  });

  it('is never the same', async () => {
    const [one, two] = [await generateIdentity(fakeSystem()), await generateIdentity(fakeSystem())];
    expect(one.recipient).not.toBe(two.recipient);
  });
});

describe('the recipient of an identity', () => {
  it.each([ageVectors.x25519, ageVectors.pq])('is what age-keygen says', async ({ identity, recipient }) => {
    expect(await identityToRecipient(Secret.fromText(`${identity}\n`))).toBe(recipient);
  });

  it.each(['', 'age1x', ageVectors.x25519.identity.slice(0, -1)])(
    'is not known for what is none',
    async (text) => {
      const error = await failureOf(identityToRecipient(Secret.fromText(text)));
      expect(error.code).toBe('identity.invalid');
      expect(error.message).not.toContain('AGE-SECRET-KEY-1');
    },
  );
});
