import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { translateShape } from '../../src/config/regex-shape.ts';

const texts = fc.string({
  unit: fc.constantFrom(...[...'aabbABk0129_-./: |(\n\r\t\v\u2028é\u212a😀'], 'data', '.yaml', 'secrets/'),
  maxLength: 12,
});

/** Patterns of the known shapes, and then any string over the characters that patterns are made of. */
const atom = fc.constantFrom(
  ...['a', 'b', 'é', '😀', '.', '\\.', '\\/', '\\-', '\\d', '\\w', '\\s', '_', ':', 'data', '-', '/', ' '],
  ...['[ab]', '[^/]', '[a-z0-9_-]', '[\\w.-]', '[^\\s]', '[-a]', '[A-Z]', '[.]', '[^\\d]', '[k$|]'],
);
const repeated = fc
  .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??'))
  .map((parts) => parts.join(''));
const sequence = fc.array(repeated, { maxLength: 4 }).map((parts) => parts.join(''));
const group = fc
  .tuple(
    fc.constantFrom('(', '(?:'),
    fc.array(sequence, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(')', ')?'),
  )
  .map(([open, parts, close]) => open + parts.join('|') + close);
const branch = fc
  .tuple(
    fc.constantFrom('', '^', '^', '.*', '.*?'),
    fc.array(fc.oneof(sequence, group), { maxLength: 3 }),
    fc.constantFrom('', '$', '$', '.*'),
  )
  .map(([start, middle, end]) => start + middle.join('') + end);
const shaped = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
const wild = fc.string({
  unit: fc.constantFrom(...'ab.*+?()[]{}|^$\\-:=!<P1dwsAzbQE,_/&~'.split('')),
  maxLength: 10,
});

describe('translateShape', () => {
  it.each([
    ['^(data|stringData)$', true],
    ['^data$', true],
    ['password', true],
    ['.*\\.yaml$', true],
    ['^clusters/[^/]+/secrets/.*\\.enc\\.ya?ml$', true],
    ['\\.(env|ini|json)$', true],
    ['(?i)token', false],
    ['(?=a)', false],
    ['(a*)*', false],
    ['a.*b.*c', false],
    ['\\bkey', false],
    ['a{2}', false],
    ['\\pL', false],
    ['[[:alpha:]]', false],
    ['a++', false],
    ['(', false],
    [')', false],
    ['', true],
  ])('takes %s: %s', (source, known) => {
    expect(translateShape(source) !== null).toBe(known);
  });

  it('agrees with re2js on patterns of the known shapes', () => {
    let taken = 0;
    fc.assert(
      fc.property(shaped, fc.array(texts, { minLength: 5, maxLength: 10 }), (source, samples) => {
        taken += agree(source, samples);
      }),
      { numRuns: 3000, seed: 3133 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  it('agrees with re2js on whatever it takes of arbitrary strings', () => {
    let taken = 0;
    fc.assert(
      fc.property(wild, fc.array(texts, { minLength: 5, maxLength: 10 }), (source, samples) => {
        taken += agree(source, samples);
      }),
      { numRuns: 8000, seed: 3133 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('stays fast where a backtracking engine could not', () => {
    const text = 'a'.repeat(20_000);
    const patterns = ['.*.*b', 'a+b', 'a.*b', '^.*a.*b$', '(a+)+$', 'a*a*a*b'];
    for (const native of patterns.map(translateShape))
      if (native !== null) expect(native.test(text)).toBe(false);
    expect(patterns.map((source) => translateShape(source) !== null)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

function agree(source: string, samples: readonly string[]): number {
  const native = translateShape(source);
  if (native === null) return 0;
  const reference = RE2JS.compile(source);
  for (const text of samples)
    expect([source, text, native.test(text)]).toEqual([source, text, reference.test(text)]);
  return 1;
}
