import { describe, expect, it } from 'vitest';
import { pgpSource } from '../../../src/keys/pgp/pgp-source.ts';

describe('a PGP fingerprint', () => {
  it('is not a private key, which would reach the command line of gpg and a message', () => {
    const key = 'AGE-SECRET-KEY-1TESTKEYTHATOPENSNOTHING';
    expect(() => pgpSource.parse(key, {})).toThrow(/^this is a private key, not a PGP fingerprint$/);
  });
});
