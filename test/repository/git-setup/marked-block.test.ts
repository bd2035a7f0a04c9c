import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasBlock, withBlock, withoutBlock } from '../../../src/repository/git-setup/marked-block.ts';
import { byNode, quoted } from '../../../src/repository/git-setup/shell-program.ts';

describe('a marked block', () => {
  it.each([
    ['no file', null],
    ['an empty file', ''],
    ['a file', 'a\nb\n'],
    ['a last line without an end', 'a\nb'],
    ['Windows line ends', 'a\r\nb\r\n'],
    ['blank lines', '\n\n'],
  ])('comes and goes without a trace: %s', (_, text) => {
    const once = withBlock(text, ['one', 'two']);
    expect(hasBlock(once)).toBe(true);
    expect(withoutBlock(once)).toBe(text);
    const again = withBlock(once, ['three']);
    expect(again).toContain('three');
    expect(again).not.toContain('one');
    expect(withoutBlock(again)).toBe(text);
    expect(withBlock(again, ['three'])).toBe(again);
  });

  it('keeps what was written around it meanwhile', () => {
    const made = withBlock(null, ['ours']);
    expect(withoutBlock(`before\n${made}after\n`)).toBe('before\nafter\n');
    expect(withoutBlock('no block\n')).toBe('no block\n');
  });

  it('goes where it is put, and a new hook goes with it', () => {
    expect(withBlock('#!/bin/sh\nexit\n', ['x'], 10)).toMatch(/^#!\/bin\/sh\n# >>> .*\nx\n# <<< .*\nexit\n$/);
    expect(withoutBlock(`#!/bin/sh\n${withBlock(null, ['x'])}`)).toBeNull();
    expect(withoutBlock(`#!/bin/sh\n${withBlock(null, ['x'])}mine\n`)).toBe('#!/bin/sh\nmine\n');
  });
});

describe.skipIf(process.platform === 'win32')('a word for the shell', () => {
  it.each(["a b's", '$HOME `x`', '"', 'plain/path-1.0', '', 'é;&|<>*?[]{}#~!', 'two\nlines'])(
    '%j',
    (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`]).toString()).toBe(word);
    },
  );

  it('is a program with its script', () => {
    const { words, test } = byNode(process.execPath, import.meta.filename);
    expect(words).toContain(import.meta.filename);
    expect(execFileSync('sh', ['-c', `${test} && echo there`]).toString()).toBe('there\n');
  });
});
