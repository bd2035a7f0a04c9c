import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emitYaml, emitYamlValue } from '../../../src/formats/yaml/emit.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';
import type { TreeJson } from './emit-tree.ts';
import { asMapping, treeFromJson } from './emit-tree.ts';

/** Recorded from go-yaml, driven as sops drives it (test/peers/yaml-emit.test.ts); `sops` where it loses a value. */
type Vector = { readonly text: string; readonly sops?: string } & (
  | { readonly indent: number; readonly branches: readonly TreeJson[] }
  | { readonly node: TreeJson }
);

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/yaml-emit.json', import.meta.url), 'utf8'),
) as readonly Vector[];

function emit(vector: Vector): string {
  if ('node' in vector) return emitYamlValue(treeFromJson(vector.node), {});
  return emitYaml(vector.branches.map(asMapping), { indent: vector.indent });
}

function mapping(key: Mapping['entries'][number], ...more: Mapping['entries']): Mapping {
  return { kind: 'mapping', entries: [key, ...more] };
}

function entry(key: string, value: Value): Mapping['entries'][number] {
  return { kind: 'entry', key, value };
}

describe('emitYaml', () => {
  it('prints what go-yaml prints for sops, or keeps what that loses', () => {
    expect(vectors.length).toBeGreaterThan(300);
    for (const vector of vectors) expect(emit(vector)).toBe(vector.text);
  });

  it('differs from sops in few of the recorded vectors', () => {
    const different = vectors.filter((vector) => vector.sops !== undefined);
    expect(different.length).toBeGreaterThan(10);
    expect(different.length).toBeLessThan(vectors.length / 5);
    for (const vector of different) expect(vector.text).not.toBe(vector.sops);
  });

  it('indents by 4 unless told otherwise', () => {
    const tree = mapping(entry('a', mapping(entry('b', { kind: 'sequence', items: [{ kind: 'null' }] }))));
    expect(emitYaml([tree], {})).toBe('a:\n    b:\n        - null\n');
    expect(emitYaml([tree], { indent: 2 })).toBe('a:\n  b:\n    - null\n');
    expect(emitYaml([tree], { indent: 10 })).toBe('a:\n  b:\n    - null\n');
  });

  it('separates documents', () => {
    const tree = mapping(entry('a', { kind: 'int', value: 1n }));
    expect(emitYaml([tree, { kind: 'mapping', entries: [] }, tree], {})).toBe('a: 1\n---\n{}\n---\na: 1\n');
    expect(emitYaml([], {})).toBe('');
  });

  it('prints the sign of a zero and floats as Go does', () => {
    const floats = [
      -0,
      1,
      1e6,
      123456.5,
      1e-5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    const items = floats.map((value) => ({ kind: 'float', value }) as const);
    const text = emitYamlValue({ kind: 'sequence', items });
    expect(text).toBe('- -0\n- 1\n- 1e+06\n- 123456.5\n- 1e-05\n- .nan\n- .inf\n- -.inf\n');
  });

  it('takes bytes that are UTF-8 for a string', () => {
    const bytes = (value: number[]): Value => ({ kind: 'bytes', value: Uint8Array.from(value) });
    expect(emitYamlValue({ kind: 'sequence', items: [bytes([0x61]), bytes([0xff])] })).toBe(
      '- a\n- !!binary /w==\n',
    );
  });

  it('needs no call stack for deep trees', () => {
    let tree: Value = { kind: 'string', value: 'two\nlines' };
    for (let depth = 0; depth < 3000; depth++) {
      tree = depth % 2 === 0 ? { kind: 'sequence', items: [tree] } : mapping(entry('k', tree));
    }
    const text = emitYaml([mapping(entry('root', tree))], { indent: 2 });
    expect(text.split('\n').length).toBe(1505);
    expect(text.endsWith(' lines\n')).toBe(true);
  });

  it.each([
    ['a value', entry('a', { kind: 'odd', type: 'uint64', text: '18446744073709551615' })],
    ['a key', { kind: 'entry', key: { kind: 'other-key', type: 'int', text: '1' }, value: { kind: 'null' } }],
  ] as const)('refuses %s that sops cannot hold, without naming it', (_, member) => {
    const refusal = expect.objectContaining({
      code: 'document.not-emittable',
      message: expect.not.stringMatching(/18446744073709551615|\b1\b/),
    });
    expect(() => emitYaml([mapping(member)], {})).toThrow(refusal);
  });
});
