import { describe, expect, it } from 'vitest';
import { editedSnapshot } from '../../../src/flux/model/edited-snapshot.ts';
import { memorySnapshot } from '../memory-snapshot.ts';

const before = memorySnapshot(
  new Map<string, string | { link: string }>([
    ['a', 'A'],
    ['b', 'B'],
    ['d', { link: 'a' }],
  ]),
);
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());

describe('editedSnapshot', () => {
  const after = editedSnapshot(
    before,
    new Map([
      ['a', null],
      ['b', Buffer.from('B2')],
      ['c', Buffer.from('C')],
    ]),
  );

  it('lists what a commit of the edits would hold', async () => {
    expect((await after.list()).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'b file',
      'c file',
      'd symlink',
    ]);
    expect((await before.list()).map(({ path }) => path)).toEqual(['a', 'b', 'd']);
  });

  it('reads them', async () => {
    expect(
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (path) => text(await after.read(path)))),
    ).toEqual([null, 'B2', 'C', 'a', null]);
    expect(text(await after.readBehindLinks('b'))).toBe('B2');
    expect(text(await before.read('b'))).toBe('B');
  });

  it('follows links to where the edits put them', async () => {
    const moved = editedSnapshot(before, new Map([['a', Buffer.from('A2')]]));
    expect(text(await moved.readBehindLinks('d'))).toBe('A2');
  });
});
