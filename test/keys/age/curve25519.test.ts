import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ephemeralKeyOf,
  pointOf,
  privateKeyOf,
  publicKeyOf,
  sharedPoint,
} from '../../../src/keys/age/native/curve25519.ts';

describe('ephemeralKeyOf', () => {
  it('is the key that OpenSSL reads from DER, with the same public point', () => {
    const peer = publicKeyOf(pointOf(privateKeyOf(randomBytes(32))));
    for (let round = 0; round < 50; round++) {
      const scalar = randomBytes(32);
      const reference = privateKeyOf(scalar);
      const { key, point } = ephemeralKeyOf(scalar);
      expect(Buffer.from(point)).toEqual(Buffer.from(pointOf(reference)));
      expect(sharedPoint(key, peer)).toEqual(sharedPoint(reference, peer));
    }
  });
});
