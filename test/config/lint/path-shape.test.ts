import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathShape, includes as shapeIncludes } from '../../../src/config/lint/path-shape.ts';
import { compileRegex } from '../../../src/config/regex.ts';

function includes(earlier: string, later: string): boolean {
  return shapeIncludes(pathShape(earlier), pathShape(later));
}

describe('whether one path expression includes another', () => {
  it.each([
    ['a', 'a'],
    ['', 'a'],
    ['.*', 'a'],
    ['\\.yaml$', '\\.sops\\.yaml$'],
    ['^apps/', '^apps/db/'],
    ['apps/', '^apps/db/'],
    ['a.*c', 'a.*b.*c'],
    ['\\.ya?ml$', 'x\\.yaml$'],
    ['\\.(yaml|json)$', '\\.json$'],
    ['(secrets|keys)/', '^keys/.*\\.key$'],
    ['^[^/]*/x', '^ab-c/x'],
    ['.+\\.yaml', 'x.*\\.yaml'],
    ['.', 'a'],
    ['secret.yaml', 'secret\\.yaml$'],
  ])('%s includes %s', (earlier, later) => expect(includes(earlier, later)).toBe(true));

  it.each([
    ['\\.sops\\.yaml$', '\\.yaml$'],
    ['^apps/', 'apps/'],
    ['\\.yaml$', '\\.yaml'],
    ['\\.yaml$', '\\.ya?ml$'],
    ['a.b', 'a.*b'],
    ['^[^/]*/x', '^a.*/x'],
    ['.+\\.yaml$', '\\.yaml$'],
    ['\\.(yaml|json)$', '\\.(yaml|env)$'],
    ['(?i)a', 'a'],
    ['a{2}', 'aa'],
    ['a', '('],
    ['(', 'a'],
    ['[a-\\d]', 'a'],
  ])('not known of %s and %s', (earlier, later) => expect(includes(earlier, later)).toBe(false));

  const piece = fc.constantFrom(
    'a',
    'b',
    '/',
    '\\.',
    '.',
    '.*',
    '.+',
    '[^/]*',
    '[ab]',
    'a?',
    '(a|b)',
    '(?:ab|/)?',
    '-',
  );
  const expression = fc
    .tuple(fc.boolean(), fc.array(piece, { maxLength: 5 }), fc.boolean())
    .map(([start, pieces, end]) => `${start ? '^' : ''}${pieces.join('')}${end ? '$' : ''}`);
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-'), maxLength: 8 });

  it('never claims what a path disproves', async () => {
    const claims = { count: 0 };
    await fc.assert(
      fc.asyncProperty(
        expression,
        expression,
        fc.array(path, { minLength: 20, maxLength: 40 }),
        async (earlier, later, paths) => {
          if (!includes(earlier, later)) return;
          claims.count += 1;
          const owner = { code: 'config.invalid', name: 'test' } as const;
          const [wide, narrow] = [await compileRegex(earlier, owner), await compileRegex(later, owner)];
          for (const text of paths) if (narrow.test(text)) expect(wide.test(text), text).toBe(true);
        },
      ),
      { numRuns: 3000, seed: 4 },
    );
    expect(claims.count).toBeGreaterThan(100);
  });
});
