import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../src/config/regex.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';

interface Vectors {
  readonly texts: readonly string[];
  readonly vectors: readonly { source: string; error?: string; matches?: readonly string[] }[];
}

const { texts, vectors } = JSON.parse(
  readFileSync(new URL('../vectors/regex.json', import.meta.url), 'utf8'),
) as Vectors;
const owner = {
  code: 'config.selector',
  name: 'encrypted_regex',
  place: { file: '.sops.yaml', line: 3 },
} as const;

describe('compileRegex', () => {
  it.each(vectors)("decides as Go's regexp does: $source", async ({ source, error, matches = [] }) => {
    if (error !== undefined) {
      await expect(async () => compileRegex(source, owner)).rejects.toMatchObject({
        code: 'config.selector',
      });
      return;
    }
    const regex = await compileRegex(source, owner);
    expect(texts.filter((text) => regex.test(text))).toEqual(matches);
  });

  it('refuses one thing that Go takes: a group name used twice', async () => {
    const compile = async () => compileRegex('(?P<n>a)(?P<n>b)', owner);
    await expect(compile).rejects.toThrow('duplicate capture group name');
  });

  it('answers at once for common shapes', () => {
    expect(compileRegex('^(data|stringData)$', owner)).not.toBeInstanceOf(Promise);
    expect(compileRegex('(?i)^data$', owner)).toBeInstanceOf(Promise);
  });

  it.each([
    ['^(data|stringData$', 2, 'missing closing )', /RE2:/],
    ['a[(](b', 5, 'missing closing )', /RE2:/],
    ['data[z-a]', 6, 'invalid character class range', /RE2:/],
    ['^(?!metadata)', 2, 'invalid or unsupported Perl syntax', /no look-ahead/],
    ['é(?<=a)b', 2, 'invalid named capture', /no look-ahead/],
    ['(a)\\1', 4, 'invalid escape sequence', /no back-references/],
    ['da++ta', 3, 'invalid nested repetition operator', /no possessive/],
    ['data\\Z', 5, 'invalid escape sequence', /\\z or \$/],
  ])('explains %s', async (source, position, reason, hint) => {
    const error: unknown = await Promise.resolve(compileRegex(source, owner)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SopskitError);
    const { message, place, hint: shown } = error as SopskitError;
    expect(message).toContain(
      `encrypted_regex is not a valid regular expression at character ${position}: ${reason}`,
    );
    expect(place).toEqual({ file: '.sops.yaml', line: 3 });
    expect(shown).toMatch(hint);
  });
});
