import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/formats/format.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { codeOf, edited, leaves, map, put, read, remove, sealAll, text } from '../edited.ts';

const json = (source: string) => read(jsonFormat, source);
const metadata: Edit = { kind: 'metadata', value: map({ version: text('3') }) };
const noMetadata: Edit = { kind: 'metadata', value: null };

describe('JSON metadata', () => {
  it.each([
    ['tabs', '{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"sops": {\n\t\t"version": "3"\n\t}\n}\n'],
    ['spaces', '{\n  "a": 1\n}', '{\n  "a": 1,\n  "sops": {\n    "version": "3"\n  }\n}'],
    ['CRLF', '{\r\n  "a": 1\r\n}', '{\r\n  "a": 1,\r\n  "sops": {\r\n    "version": "3"\r\n  }\r\n}'],
    ['no indentation', '{\n"a": 1\n}', '{\n"a": 1,\n"sops": {\n"version": "3"\n}\n}'],
    ['one line', '{"a":1,"b":2}', '{"a":1,"b":2,"sops":{"version":"3"}}'],
    ['one line with spaces', '{"a": 1, "b": 2}', '{"a": 1, "b": 2, "sops": {"version": "3"}}'],
    ['one member with spaces', '{"a": 1}', '{"a": 1, "sops": {"version": "3"}}'],
    ['nothing', '{}', '{\n\t"sops": {\n\t\t"version": "3"\n\t}\n}'],
    ['white space', ' {\n\n} ', ' {\n\n\n \t"sops": {\n \t\t"version": "3"\n \t}\n } '],
    ['a comma in a key', '{"a,b" :1 , "c":2 }', '{"a,b" :1 , "c":2, "sops":{"version":"3"} }'],
  ])('follows the layout of a file with %s, and leaves it as it was', (_, plain, sealed) => {
    expect(edited(json(plain), metadata)).toBe(sealed);
    expect(edited(json(sealed), noMetadata)).toBe(plain);
  });

  it('is taken out from any position', () => {
    expect(edited(json('{"sops": {"v": 1}, "a": 1}'), noMetadata)).toBe('{"a": 1}');
    expect(edited(json('{"a": 1, "sops": {"v": 1}, "b": 2}'), noMetadata)).toBe('{"a": 1, "b": 2}');
  });

  it('is replaced where it is', () => {
    expect(edited(json('{\n  "sops": {},\n  "a": 1\n}'), metadata)).toBe(
      '{\n  "sops": {\n    "version": "3"\n  },\n  "a": 1\n}',
    );
  });

  it('uses the given indentation where there is none to see', () => {
    expect(Buffer.from(json('{}').edit([metadata], { indent: 1 })).toString()).toBe(
      '{\n "sops": {\n  "version": "3"\n }\n}',
    );
  });
});

describe('JSON leaves', () => {
  it('are sealed whatever they are, except null', () => {
    const sealed = '{"s":"ENC[0]", "i": "ENC[1]", "f":"ENC[2]", "b":"ENC[3]", "n":null, "l":["ENC[4]"]}';
    const document = json(
      '{"s":"x", "i": 12, "f":1.50, "b":true, "n":null, "l":[{}.0]}'.replace('{}.0', '-0'),
    );
    expect(edited(document, ...sealAll(document))).toBe(sealed);
  });

  it('open as Go spells them', () => {
    const values: Value[] = [
      text('<a>&\u2028\u2029"\\\n\x01\x7f'),
      { kind: 'float', value: 1e21 },
      { kind: 'float', value: -0 },
    ];
    const document = json('["ENC","ENC","ENC"]'.replace('[', '{"l":[').replace(']', ']}'));
    const opens = leaves(document).map(
      (leaf, i): Edit => ({ kind: 'open', leaf, value: values[i] as never }),
    );
    expect(edited(document, ...opens)).toBe(
      '{"l":["\\u003ca\\u003e\\u0026\\u2028\\u2029\\"\\\\\\n\\u0001\x7f",1e+21,-0]}',
    );
  });

  it('that open to comments leave their list with a comma', () => {
    const open = (source: string, ...indexes: number[]) => {
      const document = json(source);
      const found = leaves(document);
      const edits = indexes.map(
        (i): Edit => ({
          kind: 'open',
          leaf: found[i] as never,
          value: { kind: 'comment', text: 'c', inline: false },
        }),
      );
      return edited(document, ...edits);
    };
    expect(open('{"l": ["c", 1, 2]}', 0)).toBe('{"l": [1, 2]}');
    expect(open('{"l": [1, "c", "c", 2]}', 1, 2)).toBe('{"l": [1, 2]}');
    expect(open('{"l": ["c", 1, "c"]}', 0, 2)).toBe('{"l": [1]}');
    expect(open('{"l": [\n\t"c",\n\t"c"\n]}', 0, 1)).toBe('{"l": []}');
  });

  it('have their spelling as written', () => {
    const document = json('{"a": 1.50, "b": "\\u0041"}');
    expect(document.sites(new Set(leaves(document))).map(({ path, spelling }) => [path, spelling])).toEqual([
      [['a'], '1.50'],
      [['b'], '"\\u0041"'],
    ]);
  });
});

describe('JSON put and remove', () => {
  const source = '{\n  "a": {\n    "b": [1, 2]\n  },\n  "e": {}\n}\n';

  it.each<[string, Edit, string]>([
    ['a value', put(['a', 'b', 0], text('x')), '{\n  "a": {\n    "b": ["x", 2]\n  },\n  "e": {}\n}\n'],
    [
      'an item past the end',
      put(['a', 'b', 9], text('x')),
      '{\n  "a": {\n    "b": [1, 2, "x"]\n  },\n  "e": {}\n}\n',
    ],
    [
      'a new key',
      put(['a', 'n'], text('x')),
      '{\n  "a": {\n    "b": [1, 2],\n    "n": "x"\n  },\n  "e": {}\n}\n',
    ],
    [
      'below a scalar',
      put(['a', 'b', 1, 'k'], text('x')),
      '{\n  "a": {\n    "b": [1, {\n      "k": "x"\n    }]\n  },\n  "e": {}\n}\n',
    ],
    [
      'into an empty map',
      put(['e', 'k', 0], text('x')),
      '{\n  "a": {\n    "b": [1, 2]\n  },\n  "e": {\n    "k": [\n      "x"\n    ]\n  }\n}\n',
    ],
    ['nothing new', put(['a', 'b', 0], { kind: 'int', value: 1n }), source],
    ['removal of an item', remove('a', 'b', 0), '{\n  "a": {\n    "b": [2]\n  },\n  "e": {}\n}\n'],
    ['removal of an only member', remove('a', 'b'), '{\n  "a": {},\n  "e": {}\n}\n'],
    ['removal of a last member', remove('e'), '{\n  "a": {\n    "b": [1, 2]\n  }\n}\n'],
  ])('write %s and keep the rest', (_, edit, expected) => {
    expect(edited(json(source), edit)).toBe(expected);
  });

  it('go in order, each on what the one before left', () => {
    const edits = [put(['l', 0], text('a')), put(['l', 1], text('b')), remove('l', 0), put(['n'], text('c'))];
    expect(edited(json('{}'), ...edits)).toBe('{\n\t"l": [\n\t\t"b"\n\t],\n\t"n": "c"\n}');
  });

  it.each([[['a', 0]], [['a', 'b', 'c']], [['a', 'b', -1]], [[]]])('refuse the path %j', (path) => {
    expect(codeOf(() => edited(json(source), put(path, text('x'))))).toBe('document.path-not-found');
  });
});

describe('JSON of any size', () => {
  it('nests ten thousand levels deep, and no more', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    const document = json(nested(10_000));
    expect(edited(document, metadata)).toContain('"sops":{"version":"3"}');
    expect(Buffer.from(jsonFormat.emit(document.branches, { indent: 0 })).length).toBeGreaterThan(60_000);
    expect(codeOf(() => json(nested(10_001)))).toBe('document.too-deep');
  });

  it('edits a hundred thousand members', () => {
    const members = Array.from({ length: 100_000 }, (_, i) => `"k${i}": "v"`);
    const document = json(`{${members.join(', ')}}`);
    expect(edited(document, ...sealAll(document), metadata).length).toBeGreaterThan(1_500_000);
  });
});

describe('JSON printing', () => {
  it('prints the example that sops offers', () => {
    expect(Buffer.from(jsonFormat.emit(jsonFormat.example(), {})).toString()).toBe(
      '{\n\t"hello": "Welcome to SOPS! Edit this file as you please!",\n\t"example_key": "example_value",\n\t"example_array": [\n\t\t"example_value1",\n\t\t"example_value2"\n\t],\n\t"example_number": 1234.56789,\n\t"example_booleans": [\n\t\ttrue,\n\t\tfalse\n\t]\n}\n',
    );
  });

  it('refuses what JSON cannot say', () => {
    expect(codeOf(() => jsonFormat.emit([map({ a: { kind: 'float', value: Number.NaN } })], {}))).toBe(
      'document.not-emittable',
    );
    expect(codeOf(() => jsonFormat.emit([], {}))).toBe('document.not-emittable');
  });

  it('prints a part without a line break behind it', () => {
    const value: Value = {
      kind: 'sequence',
      items: [text('a'), { kind: 'comment', text: 'c', inline: false }],
    };
    expect(Buffer.from(jsonFormat.emitValue(value, { indent: 2 })).toString()).toBe('[\n  "a"\n]');
  });

  it('prints a comment as sops holds it', () => {
    const comment = { kind: 'comment', text: ' c <x>', inline: false } as const;
    expect(Buffer.from(jsonFormat.emitValue(comment, {})).toString()).toBe(
      '{\n\t"Value": " c \\u003cx\\u003e",\n\t"Inline": false\n}',
    );
  });

  it('prints bytes that are no text as sops does', () => {
    const bytes: Value = { kind: 'bytes', value: Uint8Array.of(0x61, 0xff, 0x3c) };
    expect(Buffer.from(jsonFormat.emitValue(bytes, {})).toString()).toBe('"a\\ufffd\\u003c"');
  });
});
