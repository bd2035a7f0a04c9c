import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathBytes, pathName, pathText, printablePath } from '../../src/system/path-text.ts';

describe('names of files as text', () => {
  it('gives every name one string and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        expect([...pathBytes(pathText(bytes))]).toEqual([...bytes]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('leaves UTF-8 as it is, also what looks like damage', () => {
    for (const name of ['a b', 'ä', '\u{1f600}', 'x\ufffdy', '\u{10fc80}']) {
      expect(pathText(Buffer.from(name))).toBe(name);
      expect(pathName(name)).toBe(name);
    }
  });

  it('hands bytes to the file system for what is no UTF-8', () => {
    expect(pathName(pathText(Buffer.from([0x61, 0xff, 0x62])))).toEqual(Buffer.from([0x61, 0xff, 0x62]));
  });

  it('prints any name on one line', () => {
    const name = pathText(Buffer.from([0x61, 0xff, 0x0a, 0x1b, 0x5b]));
    expect(printablePath(name)).toBe('a\\xff\\n\\u001b[');
    expect(printablePath('plain/näme \u{1f600}.yaml')).toBe('plain/näme \u{1f600}.yaml');
  });
});
