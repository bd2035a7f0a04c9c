import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/system/node/make-folder.ts';
import { realArguments } from '../../src/system/node/real-arguments.ts';
import { withFolder } from './program.ts';

describe('a folder', () => {
  it('is made with those above it, and may be there', () =>
    withFolder((folder) => {
      for (const _ of [1, 2]) makeFolder(`${folder}/a/b/c`, 0o700);
      expect(fs.statSync(`${folder}/a/b/c`).isDirectory()).toBe(true);
    }));

  it('is not made in a file, nor over a link that leads nowhere', () =>
    withFolder((folder) => {
      fs.writeFileSync(`${folder}/file`, '');
      fs.symlinkSync('nowhere', `${folder}/link`);
      expect(() => makeFolder(`${folder}/file/a`, 0o700)).toThrow('not a directory');
      expect(() => makeFolder(`${folder}/link`, 0o700)).toThrow('EEXIST');
    }));

  it.skipIf(!fs.existsSync('/proc/self'))('is refused at once where the file system makes none', () => {
    expect(() => makeFolder('/proc/no-such-folder/a', 0o700)).toThrow('ENOENT');
  });
});

describe('arguments', () => {
  const line = (...words: readonly string[]): Buffer =>
    Buffer.concat(words.map((word) => Buffer.from(`${word}\0`, 'latin1')));

  it('are those of Node where nothing is lost', () => {
    expect(realArguments(['node', 'script', 'ä'], () => expect.unreachable())).toEqual(['ä']);
  });

  it('keep bytes that are no UTF-8', () => {
    const args = ['node', 'script', 'show', '', 'a\ufffd.yaml'];
    expect(realArguments(args, () => line('node', '--flag', 'script', 'show', '', 'a\xff.yaml'))).toEqual([
      'show',
      '',
      'a\udcff.yaml',
    ]);
  });

  it('are those of Node where the line is another one', () => {
    expect(realArguments(['node', 'script', 'a\ufffd'], () => line('other', 'title'))).toEqual(['a\ufffd']);
    expect(realArguments(['node', 'script', 'a\ufffd'], () => Buffer.alloc(0))).toEqual(['a\ufffd']);
  });
});
