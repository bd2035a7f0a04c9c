import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, split } from '../../../src/cipher/shamir/shamir.ts';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';

interface Vectors {
  readonly split: readonly {
    secret: string;
    parts: number;
    threshold: number;
    random: string;
    shares: string[];
  }[];
  readonly combine: readonly { parts: string[]; secret: string; error: string }[];
  readonly refused: readonly { length: number; parts: number; threshold: number; error: string }[];
}

const vectors: Vectors = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../../vectors/shamir.json'), 'utf8'),
);
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Random bytes that are not: a recorded tape, or a counter. */
const tape = (hex: string) => (length: number) =>
  Uint8Array.from(Buffer.from(hex, 'hex').subarray(0, length));
const counter = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 131 + 7) & 0xff);

describe('parts, as the Go package makes them', () => {
  it.each(vectors.split)(
    '$parts parts, threshold $threshold',
    ({ secret, parts, threshold, random, shares }) => {
      expect(split(bytesOf(secret), parts, threshold, tape(random)).map(hexOf)).toEqual(shares);
      expect(hexOf(combine(shares.slice(-threshold).map(bytesOf)))).toBe(secret);
    },
  );

  it.each(vectors.combine)('joins $parts', ({ parts, secret, error }) => {
    const join = (): string => hexOf(combine(parts.map(bytesOf)));
    if (error === '') expect(join()).toBe(secret);
    else expect(join).toThrow(expect.objectContaining({ code: 'shamir.invalid' }));
  });

  it.each(vectors.refused)(
    'refuses $parts parts, threshold $threshold, $length bytes',
    ({ length, parts, threshold }) => {
      expect(() => split(new Uint8Array(length), parts, threshold, counter)).toThrow(SopskitError);
    },
  );
});

describe('splitting and joining', () => {
  const cases = fc.record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 48 }),
    threshold: fc.integer({ min: 2, max: 9 }),
    extra: fc.integer({ min: 0, max: 6 }),
    order: fc.infiniteStream(fc.nat()),
    seed: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  });

  it('gives the secret back from any threshold parts in any order, and from more', () => {
    fc.assert(
      fc.property(cases, ({ bytes, threshold, extra, order, seed }) => {
        const shares = split(bytes, threshold + extra, threshold, (length) => seed.slice(0, length));
        const shuffled = shares
          .map((share) => ({ share, rank: order.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ share }) => share);
        const expected = Buffer.from(bytes).toString('hex');
        expect(hexOf(combine(shuffled.slice(0, threshold)))).toBe(expected);
        expect(hexOf(combine(shuffled))).toBe(expected);
      }),
    );
  });

  it('does not give it from one part fewer', () => {
    const secret = counter(32);
    const shares = split(secret, 5, 3, (length) => counter(length + 1).slice(1));
    expect(hexOf(combine(shares.slice(0, 2)))).not.toBe(Buffer.from(secret).toString('hex'));
  });

  it('leaves the secret alone and wipes the random bytes it was given', () => {
    const secret = Uint8Array.of(1, 2, 3);
    const random = Uint8Array.of(9, 9, 9);
    split(secret, 2, 2, () => random);
    expect([...random]).toEqual([0, 0, 0]);
    expect([...secret]).toEqual([1, 2, 3]);
  });
});
