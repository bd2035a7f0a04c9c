import type { Key, OddScalar, Scalar } from '../../tree/value.ts';
import type { ParsedNode } from './parse-event.ts';
import type { Resolved } from './resolve.ts';
import { resolveScalar } from './resolve.ts';

/** Returns the tree's scalar for a node; what sops cannot carry, or would silently turn into null, becomes `odd`. */
export function toScalar(node: ParsedNode): Scalar {
  const { line, column, value: text } = node;
  const resolved = resolveScalar(node);
  switch (resolved.kind) {
    case 'string':
      return { kind: 'string', value: resolved.value, line, column };
    case 'bytes':
      return { kind: 'bytes', value: resolved.value, line, column };
    case 'int':
      return { kind: 'int', value: resolved.value, line, column };
    case 'float':
      return { kind: 'float', value: resolved.value, line, column };
    case 'bool':
      return { kind: 'bool', value: resolved.value, line, column };
    case 'null':
      return { kind: 'null', line, column };
    case 'time':
      if (resolved.value !== null) return { kind: 'time', value: resolved.value, line, column };
  }
  const odd: OddScalar = { kind: 'odd', type: oddType(resolved, node), text, line, column };
  return odd;
}

function oddType(resolved: Resolved, node: ParsedNode): string {
  if (resolved.kind === 'uint') return 'uint64';
  if (resolved.kind === 'time') return 'time with an offset of 24 hours';
  return `value that does not fit its tag ${node.meaning}`;
}

/** Returns a key: a string, or what other type it is, by its name in Go. */
export function toKey(node: ParsedNode): Key {
  const target = node.target ?? node;
  if (target.kind !== 'scalar')
    return { kind: 'other-key', type: target.kind === 'mapping' ? 'map' : 'list', text: '' };
  const resolved = resolveScalar(target);
  if (resolved.kind === 'string') return resolved.value;
  return { kind: 'other-key', type: goTypes[resolved.kind], text: target.value };
}

const goTypes: Readonly<Record<Exclude<Resolved['kind'], 'string'>, string>> = {
  bytes: 'binary',
  int: 'int',
  uint: 'uint64',
  float: 'float64',
  bool: 'bool',
  time: 'time.Time',
  null: 'nil',
  undecodable: 'nil',
};
