import { describe, expect, it } from 'vitest';
import type { YamlNode } from '../../../src/formats/yaml/node.ts';
import type { YamlSource } from '../../../src/formats/yaml/read.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import { layout } from './read-layouts.ts';

const sources = Array.from({ length: 700 }, (_, seed) => tryRead(layout(5_000_000 + seed))).filter(
  (source) => source !== null,
);

describe('the places of nodes in the text', () => {
  it('come from enough documents', () => {
    expect(sources.length).toBeGreaterThan(250);
  });

  it('enclose the members, in order', () => {
    for (const { documents, text } of sources) {
      let last = 0;
      for (const document of documents) {
        expect(document.start).toBeGreaterThanOrEqual(last);
        expect(document.end).toBeLessThanOrEqual(text.length);
        last = document.end;
        if (document.root === null) continue;
        expect(document.root.start).toBeGreaterThanOrEqual(document.contentStart);
        expectNested(document.root, document.end);
      }
    }
  });

  it('hold a scalar that reads the same when it stands alone', () => {
    for (const { text, node } of scalars()) {
      if (
        node.style === 'literal' ||
        node.style === 'folded' ||
        text.slice(node.start, node.end).includes('\n')
      )
        continue;
      const spelling = text.slice(node.valueStart, node.end);
      const alone = readYaml(
        Buffer.from(spelling === '' ? 'k:' : `k: ${isFlowOnly(spelling) ? `[${spelling}]` : spelling}`),
      );
      expect(firstValue(alone)?.value).toBe(node.value);
      if (node.style === 'plain') expect(spelling).toBe(node.value);
    }
  });

  it('hold tag and anchor before the content', () => {
    for (const { text, node } of allNodes()) {
      const properties = text.slice(node.start, node.valueStart);
      expect(properties).toContain(node.tag);
      if (node.anchor !== '' && node.kind !== 'alias') expect(properties).toContain(`&${node.anchor}`);
      if (node.tag === '' && (node.anchor === '' || node.kind === 'alias'))
        expect(node.start).toBe(node.valueStart);
      if (node.kind === 'alias') expect(text.slice(node.start, node.end)).toBe(`*${node.anchor}`);
    }
  });

  it('bound collections and quotes by their own characters', () => {
    for (const { text, node } of allNodes()) {
      const ends = text.charAt(node.valueStart) + text.charAt(node.end - 1);
      if (node.style === 'single') expect(ends).toBe("''");
      if (node.style === 'double') expect(ends).toBe('""');
      if (node.style === 'flow' && node.kind === 'sequence') expect(ends).toBe('[]');
      if (node.style === 'flow' && ends.startsWith('{')) expect(ends).toBe('{}');
    }
  });

  it('count lines and columns in characters, from 1', () => {
    for (const { text, node } of allNodes()) {
      if (node.start === node.valueStart && node.valueStart === node.end) continue;
      const before = text.slice(0, node.start).split(/\r\n|[\n\r\u0085\u2028\u2029]/);
      expect([node.line, node.column]).toEqual([before.length, [...(before.at(-1) ?? '')].length + 1]);
    }
  });

  it('hold every comment line once, in the tree or among the strays', () => {
    for (const { text, origins, strays } of sources) {
      const kept = [...origins.values()].flatMap((origin) =>
        origin.kind === 'comment' && origin.alias === null ? [origin.comment] : [],
      );
      const starts = [...kept, ...strays].map(({ start }) => start);
      expect(new Set(starts).size).toBe(starts.length);
      for (const comment of [...kept, ...strays]) {
        expect(text.slice(comment.start, comment.end)).toBe(comment.text);
        expect(comment.text.startsWith('#')).toBe(true);
        expect(text.charAt(comment.end)).toMatch(/^[\r\n\u0085\u2028\u2029]?$/);
      }
    }
  });
});

describe('the place of a block scalar', () => {
  it.each([
    ['a: |\n  x\n  y\n\n\nb: 1\n', 'x\n  y\n', 2],
    ['a: |-\n  x\n\nb: 1\n', 'x\n', 2],
    ['a: |+\n  x\n\n\nb: 1\n', 'x\n\n\n', 2],
    ['a: >\n    x\n   # c\nb: 1\n', 'x\n', 4],
    ['a: |2\n    x\nb: 1\n', '  x\n', 2],
    ['a: | # c\n  x', 'x', 2],
    ['a:\n  - |\n    x\n  - y\n', 'x\n', 4],
  ])('%j', (text, body, indent) => {
    const source = readYaml(Buffer.from(text));
    const node = [...nodesOf(source)].find(({ block }) => block !== null);
    expect(node?.block?.indent).toBe(indent);
    const bodyStart = node?.block?.bodyStart ?? -1;
    expect(text.charAt(bodyStart - 1)).toBe('\n');
    expect(text.slice(bodyStart + indent, node?.end)).toBe(body);
  });

  it('without lines ends behind its header', () => {
    const text = 'a: |\n\n\nb: 1\n';
    const node = [...nodesOf(readYaml(Buffer.from(text)))].find(({ block }) => block !== null);
    expect(text.slice(node?.start, node?.end)).toBe('|\n');
  });
});

describe('the place of an empty value', () => {
  it.each([
    ['a:\nb: 1\n', 'a:'],
    ['a: # c\nb: 1\n', 'a:'],
    ['a:\n- \n- x\n', 'a:\n-'],
    ['? a\n\n# c\n? b\n', '? a'],
    ['a: {b}\n', 'a: {b'],
    ['a: {b: , c: 1}\n', 'a: {b: '],
    ['a: !!null\nb: 1\n', 'a: !!null'],
    ['a: &x\nb: 1\n', 'a: &x'],
  ])('in %j is behind %j', (text, before) => {
    const node = [...nodesOf(readYaml(Buffer.from(text)))].find(({ valueStart, end }) => valueStart === end);
    expect(text.slice(0, node?.end)).toBe(before);
  });
});

describe('the extent of documents', () => {
  it('goes from --- or the first content to ..., the next --- or the end', () => {
    const text = '# c\na: 1\n--- # d\nb: 1\n...\n# e\n%YAML 1.1\n---\n\n';
    const { documents } = readYaml(Buffer.from(text));
    const parts = documents.map(({ start, end }) => text.slice(start, end));
    expect(parts).toEqual(['# c\na: 1\n', '--- # d\nb: 1\n', '%YAML 1.1\n---\n\n']);
    expect(documents.map(({ explicitStart }) => explicitStart)).toEqual([false, true, true]);
    expect(documents.map(({ contentStart, end }) => text.slice(contentStart, end))).toEqual([
      '# c\na: 1\n',
      ' # d\nb: 1\n',
      '\n\n',
    ]);
    expect(documents.map(({ root }) => root?.kind)).toEqual(['mapping', 'mapping', undefined]);
  });
});

function tryRead(text: string): YamlSource | null {
  try {
    return readYaml(Buffer.from(text));
  } catch {
    return null;
  }
}

function* nodesOf(source: YamlSource): Generator<YamlNode> {
  for (const { root } of source.documents) if (root !== null) yield* below(root);
}

function* below(node: YamlNode): Generator<YamlNode> {
  yield node;
  for (const member of node.content) yield* below(member);
}

function* allNodes(): Generator<{ text: string; node: YamlNode }> {
  for (const source of sources) for (const node of nodesOf(source)) yield { text: source.text, node };
}

function* scalars(): Generator<{ text: string; node: YamlNode }> {
  for (const found of allNodes()) if (found.node.kind === 'scalar') yield found;
}

function expectNested(node: YamlNode, limit: number): void {
  expect(node.start).toBeLessThanOrEqual(node.valueStart);
  expect(node.valueStart).toBeLessThanOrEqual(node.end);
  expect(node.end).toBeLessThanOrEqual(limit);
  let last = node.valueStart;
  for (const member of node.content) {
    expect(member.start).toBeGreaterThanOrEqual(last);
    expectNested(member, node.end);
    last = member.end;
  }
}

/** Whether a plain scalar is one only inside `[…]`, where `- x` cannot begin a list. */
function isFlowOnly(spelling: string): boolean {
  return /^[-?:](?:\s|$)/.test(spelling);
}

function firstValue(source: YamlSource): YamlNode | undefined {
  const value = source.documents[0]?.root?.content[1];
  return value?.kind === 'sequence' ? value.content[0] : value;
}
