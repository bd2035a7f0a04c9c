import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../../src/tree/value.ts';
import { fakeMetadata, textOf } from './edit-fake.ts';
import { map, read, string } from './edit-words.ts';

describe('YAML metadata', () => {
  const lines = `sops:
    age:
        - enc: |
            -----BEGIN TEST-----
            line
            -----END TEST-----
          recipient: test
    lastmodified: "2026-01-01T00:00:00Z"
    mac: MAC
    version: "1"
`;
  const metadata = fakeMetadata('1');
  const mac = metadata.entries.flatMap((member) =>
    member.kind === 'entry' && member.key === 'mac' && member.value.kind === 'string'
      ? [member.value.value]
      : [],
  )[0];
  const block = lines.replace('MAC', mac ?? '');
  const indented = block.replace(/^/gm, '  ').trimEnd();

  it.each([
    ['at the end', 'a: 1\n', `a: 1\n${block}`],
    ['above blank lines', 'a: 1\n\n\n', `a: 1\n${block}\n\n`],
    ['below comments', 'a: 1\n\n# c\n', `a: 1\n\n# c\n${block}`],
    ['above the entry whose comments would move', 'a: 1\nl:\n- x\n# c\n', `a: 1\n${block}l:\n- x\n# c\n`],
    ['above a literal that ends with the text', 'a: 1\nb: |\n  x', `a: 1\n${block}b: |\n  x`],
    ['without a final line break', 'a: 1', `a: 1\n${block.trimEnd()}`],
    ['behind the breaks of a literal', 'a: |+\n  x\n\n', `a: |+\n  x\n\n${block}`],
    [
      'in every document',
      'a: 1\n...\n---\nb: 1\n---\n',
      `a: 1\n${block}...\n---\nb: 1\n${block}---\n\n${block}`,
    ],
    ['with CR LF', 'a: 1\r\n', `a: 1\r\n${block.replaceAll('\n', '\r\n')}`],
    ['with a byte order mark', '\ufeffa: 1\n', `\ufeffa: 1\n${block}`],
    ['at the column of the document', '  a: 1\n', `  a: 1\n${indented}\n`],
  ])('stands %s, and leaves no trace', (_title, text, wanted) => {
    const added = textOf(read(text).edit([{ kind: 'metadata', value: metadata }]));
    expect(added).toBe(wanted);
    expect(textOf(read(added).edit([{ kind: 'metadata', value: null }]))).toBe(text);
  });

  it.each(['{a: b}\n', '{ a: b, c: [d] }\n', '{}\n', '{\n  "a": 1 # c\n}\n', '{a: 1,}\n'])(
    'goes into %j as JSON',
    (text) => {
      const added = textOf(read(text).edit([{ kind: 'metadata', value: metadata }]));
      expect(added).toContain('"sops": {"age": [{"enc": "-----BEGIN TEST-----\\nline');
      expect(added).toContain(`"mac": "${mac}"`);
      expect(textOf(read(added).edit([{ kind: 'metadata', value: null }]))).toBe(text);
    },
  );

  it('indents as it is told, or as the block there', () => {
    const added = textOf(read('a: 1\n').edit([{ kind: 'metadata', value: metadata }], { indent: 2 }));
    expect(added).toContain('\n  age:\n    - enc: |\n        -----BEGIN');
    const grown: Mapping = {
      kind: 'mapping',
      entries: [...metadata.entries, ...map(['zone', string('z')]).entries],
    };
    const changed = textOf(read(added).edit([{ kind: 'metadata', value: grown }]));
    expect(changed).toBe(`${added}  zone: z\n`);
  });

  it('changes single values in place', () => {
    const added = textOf(read('a: 1\n').edit([{ kind: 'metadata', value: metadata }]));
    const own = added.replace('version: "1"', "version: '1' # pinned");
    expect(textOf(read(own).edit([{ kind: 'metadata', value: fakeMetadata('2') }]))).toBe(
      own.replace("'1'", "'2'"),
    );
  });

  it('leaves {} where nothing else was', () => {
    expect(textOf(read(block).edit([{ kind: 'metadata', value: null }]))).toBe('{}\n');
  });
});
