import type { Mapping, Value } from '../../../src/tree/value.ts';

/** Makes the tree of a plain object. */
export function readJson(object: Record<string, unknown>): Mapping {
  return {
    kind: 'mapping',
    entries: Object.entries(object).map(([key, value]) => ({ kind: 'entry', key, value: treeOf(value) })),
  };
}

function treeOf(value: unknown): Value {
  if (value === null) return { kind: 'null' };
  if (Array.isArray(value)) return { kind: 'sequence', items: value.map(treeOf) };
  switch (typeof value) {
    case 'string':
      return { kind: 'string', value };
    case 'boolean':
      return { kind: 'bool', value };
    case 'number':
      return { kind: 'int', value: BigInt(value) };
    case 'object':
      return readJson(value as Record<string, unknown>);
    default:
      throw new Error(`no JSON: ${typeof value}`);
  }
}
