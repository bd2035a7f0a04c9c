import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { Document, Edit } from '../../../src/formats/format.ts';
import { applySplices } from '../../../src/formats/yaml/edit-splice.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import { nodeAt } from '../../../src/tree/node-at.ts';
import type { Mapping, Node, Value } from '../../../src/tree/value.ts';
import { fakeCiphertext, fakeMetadata, file, textOf } from './edit-fake.ts';
import { yamlTexts } from './edit-generator.ts';
import { modelPut, modelRemove, pathsOf } from './edit-model.ts';
import { SealedYaml } from './edit-sealed.ts';
import { branchesShape, dataWithoutComments, isSealable, leavesOf } from './edit-tree.ts';

const runs = 2500;
const seed = 20260412;

describe('YAML edits on random files', () => {
  it('seals any leaves into the same tree, and opens them to the same data and, respelled, to the same bytes', () => {
    let [tried, sameShape] = [0, 0];
    check((text, document, random) => {
      const chosen = document.branches.flatMap(leavesOf).filter((leaf) => isSealable(leaf) && random() < 0.7);
      const sealed = new SealedYaml(document, chosen);
      expect(dataOf(sealed.document), text).toEqual(sealed.expected);
      tried += 1;
      // What this cannot carry the caller writes as sops does: comments at an alias, and above the first line.
      if (!hasShapeOf(sealed.document, document)) return;
      sameShape += 1;
      expect(sealed.opens().length, text).toBe(chosen.length);
      expect(dataOf(yamlFormat.parse(sealed.opened())), text).toEqual(dataOf(document));
      if (!hasWordNull(text)) expect(sealed.respelled()).toBe(withStrays(text, chosen.length > 0));
    });
    expect(tried).toBeGreaterThan(runs * 0.8);
    expect(sameShape / tried).toBeGreaterThan(0.985);
  });

  it('adds, changes and takes out metadata, and leaves the rest as it was', () => {
    check((text, document) => {
      const added = yamlFormat.parse(document.edit([{ kind: 'metadata', value: fakeMetadata('a') }]));
      expect(dataOf(added)).toEqual(dataOf(document));
      const changed = yamlFormat.parse(added.edit([{ kind: 'metadata', value: fakeMetadata('b') }]));
      expect(textOf(changed.bytes).split('\n').length).toBe(textOf(added.bytes).split('\n').length);
      expect(textOf(changed.edit([{ kind: 'metadata', value: fakeMetadata('a') }]))).toBe(
        textOf(added.bytes),
      );
      if (!hasWordNull(text)) expect(textOf(changed.edit([{ kind: 'metadata', value: null }]))).toBe(text);
    });
  });

  it('sets and removes values as sops does', () => {
    let [lines, kept] = [0, 0];
    check((text, document, random) => {
      const sealed = yamlFormat.parse(document.edit([{ kind: 'metadata', value: fakeMetadata('a') }]));
      const [edits, wanted] = randomSteps(sealed.data, random);
      const changed = yamlFormat.parse(sealed.edit(edits));
      expect(changed.data.map(dataWithoutComments), `${text}\n${JSON.stringify(edits, printable)}`).toEqual(
        wanted.map(dataWithoutComments),
      );
      const after = new Set(textOf(changed.bytes).split('\n'));
      const before = textOf(sealed.bytes).split('\n');
      lines += before.length;
      kept += before.filter((line) => after.has(line)).length;
    });
    expect(kept / lines).toBeGreaterThan(0.8);
  });
});

function check(property: (text: string, document: Document, random: () => number) => void): void {
  fc.assert(
    fc.property(
      yamlTexts,
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (text, numbers) => {
        const document = parsed(text);
        fc.pre(document !== null);
        if (document !== null) property(text, document, () => numbers.next().value ?? 0);
      },
    ),
    { numRuns: runs, seed },
  );
}

function parsed(text: string): Document | null {
  try {
    const document = yamlFormat.parse(file(text));
    return document.branches.length === 0 ? null : document;
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

/** A document that is the word null becomes `{}`: there is no place in it for what was there. */
function hasWordNull(text: string): boolean {
  return /^(?:--- )?(?:null|~)\s*$/m.test(text);
}

/** Comments that sops drops come back empty: they are left to the caller's record. */
function withStrays(text: string, isSealed: boolean): string {
  const { strays, bom, text: body } = readYaml(file(text));
  if (!isSealed) return text;
  return (
    (bom ? '\ufeff' : '') +
    applySplices(
      body,
      strays.map(({ start, end }) => ({ start, end, text: '#' })),
    )
  );
}

function hasShapeOf(a: Document, b: Document): boolean {
  return JSON.stringify(branchesShape(a.data)) === JSON.stringify(branchesShape(b.data));
}

function dataOf(document: Document): unknown {
  return document.data.map(dataWithoutComments);
}

const string = (value: string): Value => ({ kind: 'string', value });
const map = (...entries: [string, Value][]): Mapping => ({
  kind: 'mapping',
  entries: entries.map(([key, value]) => ({ kind: 'entry', key, value })),
});
const values: readonly Value[] = [
  string('new'),
  string('two\nlines\n'),
  string('no end\nhere'),
  string(''),
  string('yes'),
  string(fakeCiphertext(7)),
  { kind: 'int', value: 5n },
  { kind: 'bool', value: true },
  { kind: 'null' },
  map(),
  { kind: 'sequence', items: [] },
  map(['p', string('q')], ['r', { kind: 'sequence', items: [string('s'), map(['t', string('u')])] }]),
  { kind: 'sequence', items: [string('a'), map(['b', string('c')], ['d', string('e\nf\n')])] },
];

/** One to four steps, and the trees they lead to. */
function randomSteps(data: readonly Mapping[], random: () => number): [Edit[], Node[]] {
  const below = (limit: number) => Math.floor(random() * limit);
  const trees: Node[] = [...data];
  const edits: Edit[] = [];
  for (let left = 1 + below(4); left > 0; left--) {
    const branch = below(trees.length);
    const tree = trees[branch] ?? map();
    const paths = pathsOf(tree);
    const at = paths[below(paths.length)] ?? [];
    const value = values[below(values.length)] ?? string('');
    if (at.length > 0 && below(4) === 0) {
      edits.push({ kind: 'remove', branch, path: at });
      trees[branch] = modelRemove(tree, at);
      continue;
    }
    const beside = typeof at.at(-1) === 'number' ? 99 : `fresh ${below(3)}`;
    const inside = nodeAt(tree as Mapping, at)?.kind === 'sequence' ? 99 : 'inner';
    const path = [at, [...at.slice(0, -1), beside], [...at, inside]][below(3)] ?? at;
    if (path.length === 0) continue;
    edits.push({ kind: 'put', branch, path, value });
    trees[branch] = modelPut(tree, path, value);
  }
  return [edits, trees];
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
