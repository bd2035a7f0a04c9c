import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors/codes.ts';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';

/** Stands wherever a secret could: no message may hold it. */
const canary = 'hunter2CANARY';

describe('a YAML file that sops refuses', () => {
  it.each<[text: string, code: ErrorCode, place: string, message: RegExp]>([
    [`a: "${canary}\nb: 1\n`, 'document.syntax', '1:4', /quoted value is never closed/],
    [`a: '${canary}'s'\n`, 'document.syntax', '1:19', /something follows a value on the same line/],
    [`a: ${canary}: x\n`, 'document.syntax', '1:17', /":" is not allowed here/],
    [`a: 1\n${canary}\n`, 'document.syntax', '2:1', /":" was expected/],
    [`a: *${canary}\n`, 'document.syntax', '1:4', /alias refers to an anchor that is not defined/],
    [`a: *${canary}!\n`, 'document.syntax', '1:4', /alias `\*name` needs a name/],
    [`a: &${canary}! 1\n`, 'document.syntax', '1:4', /anchor `&name` needs a name/],
    [`a: !${canary}!x 1\n`, 'document.syntax', '1:4', /handle that no %TAG directive defines/],
    [`a: !<${canary} 1\n`, 'document.syntax', '1:4', /tag is malformed/],
    [`a: @${canary}\n`, 'document.syntax', '1:4', /cannot start with this character/],
    [`a: "${canary}\\q"\n`, 'document.syntax', '1:18', /escape that YAML does not know/],
    [`a: "${canary}\\xzz"\n`, 'document.syntax', '1:19', /not a valid character code/],
    [`a: |${canary}\n`, 'document.syntax', '1:5', /behind \| or >/],
    [`a: |0\n  ${canary}\n`, 'document.syntax', '1:5', /must be 1 to 9/],
    [`a: [${canary}\nb: 1\n`, 'document.syntax', '2:2', /"," or "]" was expected/],
    [`a: {x: ${canary}\nb: 1\n`, 'document.syntax', '2:2', /"," or "}" was expected/],
    [`a:\n   b: 1\n  ${canary}: 2\n`, 'document.syntax', '3:3', /a key was expected/],
    [`a: - ${canary}\n`, 'document.syntax', '1:4', /list item "- " is not allowed/],
    [`a: ? ${canary}\n`, 'document.syntax', '1:4', /a key is not allowed/],
    [`{a: 1} ${canary}\n`, 'document.syntax', '1:8', /something follows behind the end/],
    [`%${canary}\n---\na: 1\n`, 'document.syntax', '1:1', /%YAML or %TAG directive/],
    ['%YAML 1.2\n---\na: 1\n', 'document.syntax', '1:1', /only one %YAML 1.1 directive/],
    [`a: "${canary}\n--- x"\n`, 'document.syntax', '1:4', /not closed before the next document/],
    [`a: 1\n\tb: ${canary}\n`, 'document.syntax', '2:1', /tab indents/],
    [`a: ${canary}\u0007\n`, 'document.syntax', '1:17', /control character U\+0007/],
    [`😀: ${canary}\u007f\n`, 'document.syntax', '1:17', /control character U\+007F/],
    [`${canary}: 1\n${canary}: 2\n`, 'document.duplicate-key', '2:1', /already defined in line 1/],
    [`a:\n  x: 1\n  # c\n  "x": ${canary}\n`, 'document.duplicate-key', '4:3', /already defined in line 2/],
    [`a: &x [${canary}, *x]\n`, 'document.aliases', '1:23', /contains it/],
    [`a: 1\n---\nb: &x [${canary}, *x]\n`, 'document.aliases', '3:23', /contains it/],
    [`- ${canary}\n`, 'document.unsupported', '1:1', /is a list, not a map/],
    [`a: 1\n---\n- ${canary}\n`, 'document.unsupported', '3:1', /is a list, not a map/],
    [`${canary}\n`, 'document.unsupported', '1:1', /single value, not a map/],
    [`a: 1\n--- ${canary}\n`, 'document.unsupported', '2:5', /single value, not a map/],
    [`a: !!int ${canary}\n`, 'document.unsupported', '1:4', /does not fit its tag/],
    [`a: {{ ${canary} }}\n`, 'document.unsupported', '1:5', /map or list is used as a key/],
    [`a:\n  <<: ${canary}\n`, 'document.unsupported', '2:7', /<< needs a map/],
  ])('%j', (text, code, place, message) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(`${error.place?.line}:${error.place?.column}`).toBe(place);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
    expect(JSON.stringify([error.message, error.hint, error.place, String(error.stack)])).not.toContain(
      canary,
    );
  });

  it('is refused for comments or white space alone, but not when it is empty', () => {
    expect(errorOf('# c\n').message).toContain('only comments');
    expect(errorOf('\n \n').message).toContain('blank');
    expect(readYaml(new Uint8Array()).branches).toEqual([]);
  });
});

describe('the hint', () => {
  it('points at merge conflict markers', () => {
    const text = 'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n';
    expect(errorOf(text).hint).toContain('merge conflict markers (first in line 2)');
    expect(errorOf(text.replaceAll('\n', '\r\n')).hint).toContain('merge conflict markers (first in line 2)');
  });

  it.each(['a:\n\tb: 1\n', 'a: x\n\ty\n', 'a: |\n\tx\n'])('names the tab in %j', (text) => {
    expect(errorOf(text).hint).toContain('indented with a tab');
  });

  it('suggests binary for what is no text', () => {
    expect(errorOf(Uint8Array.of(0x61, 0x0a, 0x62, 0xff)).hint).toContain('--input-type binary');
    expect(errorOf(Uint8Array.of(0x61, 0x0a, 0x62, 0xff)).place).toEqual({ line: 2 });
    expect(errorOf('a\0b').hint).toContain('--input-type binary');
  });

  it('asks for UTF-8', () => {
    const utf16 = Buffer.from('\ufeffa: 1\n', 'utf16le');
    expect(errorOf(utf16)).toMatchObject({ code: 'document.unsupported', hint: 'Save it as UTF-8.' });
    expect(errorOf('\ufeff\ufeffa: 1\n').code).toBe('document.unsupported');
  });
});

describe('limits', () => {
  it.each([
    ['flow lists', (depth: number) => `a: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}\n`],
    ['block lists', (depth: number) => `a:\n  ${'- '.repeat(depth - 1)}x\n`],
    [
      'maps',
      (depth: number) => `${Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}k:`).join('\n')}\n`,
    ],
    ['lists at the column of their keys', (depth: number) => `a:\n${nestedLists(depth / 2)}`],
  ])('%s are read up to 1,000 levels', (_, text) => {
    expect(readYaml(Buffer.from(text(1000))).branches).toHaveLength(1);
    expect(errorOf(text(1002)).code).toBe('document.too-deep');
    expect(errorOf(text(3000)).code).toBe('document.too-deep');
  });

  it('hold for nesting that aliases make', () => {
    const nested = (at: number): string => `${'['.repeat(50)}*a${at}${']'.repeat(50)}`;
    const lines = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} ${nested(at)}`);
    expect(errorOf(['a0: &a0 x', ...lines].join('\n')).code).toBe('document.too-deep');
  });

  it.each(['', 'first: 1\n---\n'])('refuse a document that is nearly all aliases, after %j', (before) => {
    const lines = Array.from({ length: 9 }, (_, at) => {
      const alias = `*a${at}`;
      return `a${at + 1}: &a${at + 1} [${Array(9).fill(alias).join(', ')}]`;
    });
    expect(errorOf([`${before}a0: &a0 lol`, ...lines].join('\n')).code).toBe('document.aliases');
  });

  it('do not hold for comments: a hundred thousand feet of one value are read', () => {
    const feet = '   # c\n # d\n'.repeat(50_000);
    expect(readYaml(Buffer.from(`a:\n      b: 1\n${feet}z: 1\n`)).strays).toHaveLength(0);
  });

  it('allow ordinary reuse', () => {
    const lines = Array.from({ length: 2000 }, (_, at) => `k${at}: *base`);
    expect(readYaml(Buffer.from(['base: &base {a: 1, b: 2}', ...lines].join('\n'))).branches).toHaveLength(1);
  });
});

/** `- a:` with a list at the column of `a`, and so on: two levels a line. */
function nestedLists(pairs: number): string {
  const lines = Array.from({ length: pairs - 1 }, (_, at) => `${'  '.repeat(at)}- k:\n`);
  return `${lines.join('')}${'  '.repeat(pairs - 1)}- x\n`;
}

function errorOf(input: string | Uint8Array): SopskitError {
  try {
    readYaml(typeof input === 'string' ? Buffer.from(input) : input);
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}
