import { describe, expect, it } from 'vitest';
import { diffLines, withRenames } from '../../src/cli/restructure-diff.ts';

function bytes(text: string | null): Uint8Array | null {
  return text === null ? null : Buffer.from(text);
}

function change(path: string, before: string | null, after: string | null) {
  return { path, before: bytes(before), after: bytes(after) };
}

const numbers = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');

describe('the difference of a file', () => {
  it('is what git shows, three lines around it', () => {
    const after = numbers.replace('3\n', 'three\n').replace('17\n', '');
    expect(diffLines({ ...change('a.yaml', numbers, after), from: null })).toEqual([
      'diff --git a/a.yaml b/a.yaml',
      '--- a/a.yaml',
      '+++ b/a.yaml',
      ...['@@ -1,7 +1,7 @@', ' 0', ' 1', ' 2', '-3', '+three', ' 4', ' 5', ' 6'],
      ...['@@ -15,6 +15,5 @@', ' 14', ' 15', ' 16', '-17', ' 18', ' 19'],
    ]);
  });

  it('of a new and a removed one', () => {
    expect(diffLines({ ...change('a', null, 'x\n'), from: null }).slice(1)).toEqual([
      ...['new file mode 100644', '--- /dev/null', '+++ b/a', '@@ -0,0 +1 @@', '+x'],
    ]);
    expect(diffLines({ ...change('a', 'x\ny\n', null), from: null }).slice(1)).toEqual([
      ...['deleted file mode 100644', '--- a/a', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-x', '-y'],
    ]);
  });

  it('shows what a terminal would act on', () => {
    const lines = diffLines({ ...change('a', null, 'x\u001b[31m\n'), from: null });
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});

describe('files that moved', () => {
  it('are told by their bytes, or by name and most of their lines', () => {
    const found = withRenames([
      change('old/a.yaml', numbers, null),
      change('old/b.yaml', 'b\n', null),
      change('new/a.yaml', null, `${numbers}more\n`),
      change('new/c.yaml', null, 'b\n'),
      change('new/d.yaml', null, 'd\n'),
    ]);
    expect(found.map(({ path, from }) => [path, from])).toEqual([
      ['new/a.yaml', 'old/a.yaml'],
      ['new/c.yaml', 'old/b.yaml'],
      ['new/d.yaml', null],
    ]);
    expect(diffLines(found[1] as (typeof found)[number])).toEqual([
      'diff --git a/old/b.yaml b/new/c.yaml',
      'rename from old/b.yaml',
      'rename to new/c.yaml',
    ]);
  });
});
