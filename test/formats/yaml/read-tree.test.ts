import { describe, expect, it } from 'vitest';
import type { Origin, YamlSource } from '../../../src/formats/yaml/read.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import type { Mapping, Node } from '../../../src/tree/value.ts';

describe('the tree', () => {
  it('has comments as members of what sops attributes them to', () => {
    const { branches } = read('# head\na: 1 # one\nlist: # on the key\n  # first\n  - x # x\n  # foot\n');
    expect(outline(branches[0])).toEqual([
      '# head',
      '# one (inline)',
      'a=1',
      '# on the key',
      'list=',
      ['# first', '# x (inline)', 'x', '# foot'],
    ]);
  });

  it('expands each alias into nodes of its own', () => {
    const { branches } = read('a: &x {k: v} # c\nb: *x\nc: [*x]\n');
    const [first, second] = [valueAt(branches[0], 'a'), valueAt(branches[0], 'b')];
    expect(outline(first)).toEqual(['# c', 'k=v']);
    expect(outline(second)).toEqual(['# c', 'k=v']);
    expect(first).not.toBe(second);
  });

  it('keeps merge keys as the key <<', () => {
    const { branches } = read('base: &b {a: 1}\nx:\n  <<: *b\n  c: 2\n');
    expect(outline(valueAt(branches[0], 'x'))).toEqual(['<<=', ['a=1'], 'c=2']);
  });

  it('has an empty mapping for an empty document, with its comments', () => {
    const { branches, documents } = read('--- # d\n---\nnull\n---\n# c\n~\n');
    expect(branches.map((branch) => outline(branch))).toEqual([['# d'], [], ['# c']]);
    expect(documents.map(({ root }) => root?.kind)).toEqual([undefined, 'scalar', 'scalar']);
  });

  it('takes aliases from document to document', () => {
    const { branches } = read('a: &x {k: v}\n--- *x\n');
    expect(outline(branches[1])).toEqual(['k=v']);
  });

  it('names the type of keys that are no strings', () => {
    const { branches } = read(
      '1: a\ntrue: a\n1.5: a\n~: a\n2001-01-01: a\n18446744073709551615: a\n!!binary gA==: a\n',
    );
    const types = branches[0]?.entries.map((entry) =>
      entry.kind === 'entry' && typeof entry.key === 'object' ? entry.key.type : null,
    );
    expect(types).toEqual(['int', 'bool', 'float64', 'nil', 'time.Time', 'uint64', 'binary']);
  });

  it.each([
    ['18446744073709551615', 'uint64'],
    ['2001-01-01T00:00:00+24:00', 'time with an offset of 24 hours'],
  ])('has %s as what sops cannot carry', (text, type) => {
    expect(valueAt(read(`k: ${text}\n`).branches[0], 'k')).toMatchObject({ kind: 'odd', type, text });
  });

  it('does not turn into null, as sops does, what does not fit its tag in a later document', () => {
    const value = valueAt(read('a: 1\n---\nk: !!int x\n').branches[1], 'k');
    expect(value).toMatchObject({ kind: 'odd', type: 'value that does not fit its tag !!int', text: 'x' });
  });

  it('places every node, in characters', () => {
    const { branches } = read('😀: x\nb:\n  - 😀 # c\n');
    expect(valueAt(branches[0], '😀')).toMatchObject({ line: 1, column: 4 });
    const list = valueAt(branches[0], 'b');
    expect(list).toMatchObject({ line: 3, column: 3 });
    expect(list?.kind === 'sequence' ? list.items : []).toMatchObject([
      { kind: 'comment', line: 3, column: 7 },
      { kind: 'string', line: 3, column: 5 },
    ]);
  });
});

describe('origins', () => {
  const text = '# h\na: &x # t\n  k: v # c\nb: *x\nm: {n: *x}\n';
  const source = read(text);

  it('lead from every node of the tree to its text', () => {
    for (const node of allNodes(source.branches[0])) {
      const origin = source.origins.get(node);
      expect(origin).toBeDefined();
      if (node.kind === 'comment') expect(spelling(origin)).toBe(`#${node.text}`);
      if (node.kind === 'string') expect(spelling(origin)).toBe(node.value);
    }
  });

  it('carry the outermost alias', () => {
    const aliases = (name: string): (string | null)[] =>
      [...allNodes(valueAt(source.branches[0], name))].map((node) => {
        const alias = source.origins.get(node)?.alias;
        return alias ? text.slice(alias.start, alias.end) + alias.line : null;
      });
    expect(new Set(aliases('a'))).toEqual(new Set([null]));
    expect(new Set(aliases('b'))).toEqual(new Set(['*x4']));
    expect(aliases('m')).toEqual([null, ...Array(aliases('m').length - 1).fill('*x5')]);
  });

  it('carry the alias of a document that is one', () => {
    const { branches, origins } = read('a: &x {k: v}\n--- *x\n');
    const second = branches[1];
    if (second === undefined) throw new Error('no second document');
    for (const node of allNodes(second))
      expect(origins.get(node)?.alias).toMatchObject({ kind: 'alias', line: 2 });
  });

  function spelling(origin: Origin | undefined): string {
    if (origin === undefined) return '';
    const { start, end } =
      origin.kind === 'comment' ? origin.comment : { start: origin.node.valueStart, end: origin.node.end };
    return text.slice(start, end);
  }
});

describe('strays', () => {
  it.each([
    ['a: [ # lost\n]\n', ['# lost']],
    ['~\n# lost\n', ['# lost']],
    ['%YAML 1.1 # lost\n---\na: 1\n', ['# lost']],
    ['? a # kept\n# lost 1\n\n# lost 2\n: # kept\n# kept\n', ['# lost 1', '# lost 2']],
    ['# kept\na: 1 # kept\n# kept\n', []],
  ])('of %j are the comments that no node gets', (text, lost) => {
    expect(read(text).strays.map((comment) => comment.text)).toEqual(lost);
  });
});

function read(text: string): YamlSource {
  return readYaml(Buffer.from(text));
}

function valueAt(mapping: Node | undefined, key: string): Node | undefined {
  if (mapping?.kind !== 'mapping') return undefined;
  const entry = mapping.entries.find((member) => member.kind === 'entry' && member.key === key);
  return entry?.kind === 'entry' ? entry.value : undefined;
}

type Outline = (string | Outline)[];

/** One line for each member: comments, `key=value`, and what is in collections as a list of its own. */
function outline(node: Node | undefined): Outline {
  if (node?.kind === 'sequence') return node.items.flatMap((item) => lines('', item));
  if (node?.kind !== 'mapping') return [];
  return node.entries.flatMap((entry) =>
    entry.kind === 'entry' ? lines(`${String(entry.key)}=`, entry.value) : lines('', entry),
  );
}

function lines(prefix: string, node: Node): Outline {
  if (node.kind === 'comment') return [`#${node.text}${node.inline ? ' (inline)' : ''}`];
  if (node.kind === 'mapping' || node.kind === 'sequence') return [prefix, outline(node)];
  return [prefix + ('value' in node ? String(node.value) : '')];
}

function* allNodes(node: Node | Mapping | undefined): Generator<Node> {
  if (node === undefined) return;
  yield node;
  if (node.kind === 'sequence') for (const item of node.items) yield* allNodes(item);
  if (node.kind !== 'mapping') return;
  for (const entry of node.entries) yield* allNodes(entry.kind === 'entry' ? entry.value : entry);
}
