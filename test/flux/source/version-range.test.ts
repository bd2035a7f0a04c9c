import { describe, expect, it } from 'vitest';
import { compareVersions, satisfies } from '../../../src/flux/source/version-range.ts';

describe('satisfies', () => {
  it.each([
    ['v1.2.3', '1.x', true],
    ['v1.2.3', '>=1.0.0 <2.0.0', true],
    ['v2.0.0', '>=1.0.0 <2.0.0', false],
    ['1.2.3', '>= 1.0, < 2.0', true],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.9.0', '~1', true],
    ['1.9.0', '^1.2', true],
    ['2.0.0', '^1.2', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['1.2.3', '*', true],
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '=1.2.3', false],
    ['1.2.4', '!=1.2.3', true],
    ['2.3.4', '1.0 - 2.3.4', true],
    ['2.3.5', '1.0 - 2.3.4', false],
    ['3.0.0', '<2 || >=3', true],
    ['2.5.0', '<2 || >=3', false],
    ['1.3.0', '>1.2', true],
    ['1.2.9', '>1.2', false],
    ['1.2.9', '<=1.2', true],
    ['1.3.0', '<=1.2', false],
    // pre-releases only where the range names one
    ['1.3.0-rc.1', '>=1.2.0', false],
    ['1.3.0-rc.1', '>=1.2.0-0', true],
    ['v1.2', '1.x', false],
    ['main', '*', false],
  ])('%s in %s: %s', (tag, range, expected) => {
    expect(satisfies(tag, range)).toBe(expected);
  });
});

describe('compareVersions', () => {
  it('orders tags as SemVer does', () => {
    const ordered = [
      'latest',
      'v0.9.0',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-rc.2',
      '1.0.0-rc.10',
      'v1.0.0',
      '1.2.0',
      '1.10.0',
    ];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  });
});
