import { expect, it } from 'vitest';
import { emitYaml } from '../../src/formats/yaml/emit.ts';
import { spellFlow } from '../../src/formats/yaml/flow-spelling.ts';
import type { Chomp } from '../../src/formats/yaml/literal-spelling.ts';
import { spellLiteral } from '../../src/formats/yaml/literal-spelling.ts';
import { spellDouble, spellSingle } from '../../src/formats/yaml/quoted-spelling.ts';
import type { ScalarContext } from '../../src/formats/yaml/scalar-spelling.ts';
import { spellKey, spellScalar } from '../../src/formats/yaml/scalar-spelling.ts';
import type { Scalar, Value } from '../../src/tree/value.ts';
import { RandomTrees } from '../formats/yaml/emit-random.ts';
import type { TreeJson } from '../formats/yaml/emit-tree.ts';
import { substance, treeFromJson } from '../formats/yaml/emit-tree.ts';
import { askGoYaml } from './goyaml-emit.ts';
import { describePeers } from './peers.ts';

/** A spelling in a document, and the tree that go-yaml must read from it. */
interface Spelled {
  readonly text: string;
  readonly tree: TreeJson;
}

const random = new RandomTrees(7);
const texts = [...random.words, ...Array.from({ length: 1500 }, () => random.text())];
const scalars: Scalar[] = [
  ...texts.map((value): Scalar => ({ kind: 'string', value })),
  ...Array.from({ length: 3000 }, () => treeFromJson(random.node())).filter(isScalar),
];
const end = ['end', ['int', '1']];

function isScalar(node: { readonly kind: string }): node is Scalar {
  return !['mapping', 'sequence', 'comment'].includes(node.kind);
}

function json(scalar: Scalar): TreeJson {
  switch (scalar.kind) {
    case 'string':
      return ['str', scalar.value];
    case 'bytes':
      return ['bytes', Buffer.from(scalar.value).toString('base64')];
    case 'bool':
      return ['bool', scalar.value];
    case 'null':
      return ['null'];
    case 'time':
      return ['time', scalar.value];
    case 'int':
    case 'float':
      return ['float', String(scalar.value).replace('Infinity', 'Inf')];
    case 'odd':
      throw new Error('an odd scalar has no spelling');
  }
}

function inMapping(spelling: string, tree: TreeJson): Spelled {
  return { text: `k: ${spelling}\nend: 1\n`, tree: ['map', ['k', tree], end] };
}

function inList(spelling: string, tree: TreeJson): Spelled {
  return {
    text: `l:\n  - ${spelling}\n  - 1\nend: 1\n`,
    tree: ['map', ['l', ['list', tree, ['int', '1']]], end],
  };
}

function block(column: number, step: number): ScalarContext {
  return { context: 'block', column, step };
}

describePeers('spelled scalars', ['goyaml-emit-oracle'], (peers) => {
  async function expectRead(spelled: readonly Spelled[]): Promise<void> {
    const answers = await askGoYaml(
      peers['goyaml-emit-oracle'],
      spelled.map(({ text }) => ({ op: 'read', text })),
    );
    const wrong = spelled.filter(({ tree }, index) => {
      const read = answers[index]?.branches?.[0];
      return read === undefined || JSON.stringify(substance(read)) !== JSON.stringify(substance(tree));
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(spelled.length).toBeGreaterThan(100);
  }

  it.each([1, 2, 4, 9, 10])('read back from a mapping (step %i)', async (step) => {
    await expectRead(scalars.map((scalar) => inMapping(spellScalar(scalar, block(0, step)), json(scalar))));
  });

  it.each([1, 2, 3, 8])('read back from a list (step %i)', async (step) => {
    await expectRead(scalars.map((scalar) => inList(spellScalar(scalar, block(2, step)), json(scalar))));
  });

  it('read back from flow collections', async () => {
    const spelled = scalars.map((scalar) => {
      const spelling = spellScalar(scalar, { context: 'flow' });
      return inMapping(`[${spelling}, {a: ${spelling}}]`, [
        'list',
        json(scalar),
        ['map', ['a', json(scalar)]],
      ]);
    });
    await expectRead(spelled);
  });

  it('read back as keys', async () => {
    const one: TreeJson = ['int', '1'];
    const short = texts.filter((text) => spellKey(text).length < 1000 && text !== 'end');
    await expectRead(
      short.map((key) => ({ text: `${spellKey(key)}: 1\nend: 1\n`, tree: ['map', [key, one], end] })),
    );
    await expectRead(short.map((key) => inMapping(`{${spellKey(key, 'flow')}: 1}`, ['map', [key, one]])));
  });

  it('read back in each style that takes them', async () => {
    const chomps: Chomp[] = ['strip', 'clip', 'keep'];
    const spelled = texts.flatMap((text) => {
      const spellings = [spellSingle(text), spellDouble(text)];
      const mapped = [
        ...spellings,
        ...chomps.map((chomp) => spellLiteral(text, { column: 0, step: 3 }, chomp)),
      ];
      const listed = chomps.map((chomp) => spellLiteral(text, { column: 2, step: 2 }, chomp));
      const written = (spelling: string | null): spelling is string => spelling !== null;
      const tree: TreeJson = ['str', text];
      return [
        ...mapped.filter(written).map((spelling) => inMapping(spelling, tree)),
        ...listed.filter(written).map((spelling) => inList(spelling, tree)),
      ];
    });
    await expectRead(spelled);
  });

  it('read back as trees on one line', async () => {
    const trees = Array.from({ length: 2000 }, () => random.node()).filter(([kind]) => kind !== 'comment');
    const spelled = trees.map((tree) => inMapping(spellFlow(treeFromJson(tree) as Value), tree));
    expect(spelled.filter(({ text }) => text.split('\n').length !== 3)).toEqual([]);
    await expectRead(spelled);
  });

  it('are what the emitter prints', () => {
    const strange = /[\u2028\u2029]/;
    const usual = scalars.filter((scalar) => scalar.kind !== 'string' || !strange.test(scalar.value));
    for (const scalar of usual) {
      const tree = { kind: 'mapping', entries: [{ kind: 'entry', key: 'k', value: scalar }] } as const;
      expect(emitYaml([tree], { indent: 4 })).toBe(`k: ${spellScalar(scalar, block(0, 4))}\n`);
    }
  });
});
