import { describe, expect, it } from 'vitest';
import { isAmong, isSameReader } from '../../../src/repository/audit/same-reader.ts';

const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567';

describe('one key under two names', () => {
  it('is a fingerprint and the long key id at its end', () => {
    expect(isSameReader(fingerprint, fingerprint.slice(-16))).toBe(true);
    expect(isSameReader(fingerprint.slice(-16), fingerprint)).toBe(true);
    expect(isAmong(fingerprint.slice(-16), new Set(['age1test', fingerprint]))).toBe(true);
  });

  it('is no short id, no other one, and no age recipient that ends alike', () => {
    expect(isSameReader(fingerprint, fingerprint.slice(-8))).toBe(false);
    expect(isSameReader(fingerprint, fingerprint.slice(0, 16))).toBe(false);
    expect(isSameReader('age1abcd', 'abcd')).toBe(false);
    expect(isAmong('age1test', new Set(['age1tes', fingerprint]))).toBe(false);
  });
});
