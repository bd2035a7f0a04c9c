import { createHash } from 'node:crypto';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/** Prints a value as JSON on one line, comments left out; `sorted`: keys in their order. Every YAML reader reads it. */
export function jsonText(value: Value, options: { readonly sorted?: boolean } = {}): string {
  const print = (node: Value): string => {
    switch (node.kind) {
      case 'mapping':
        return `{${members(node, options.sorted === true)
          .map(([key, member]) => `${JSON.stringify(key)}:${print(member)}`)
          .join(',')}}`;
      case 'sequence':
        return `[${node.items.flatMap((item) => (item.kind === 'comment' ? [] : [print(item)])).join(',')}]`;
      case 'string':
      case 'time':
        return JSON.stringify(node.value);
      case 'bytes':
        return JSON.stringify(Buffer.from(node.value).toString('utf8'));
      case 'int':
      case 'bool':
        return String(node.value);
      case 'float':
        return Number.isFinite(node.value) ? String(node.value) : JSON.stringify(String(node.value));
      case 'odd':
        return node.text;
      case 'null':
        return 'null';
    }
  };
  return print(value);
}

/** SHA-256 (hexadecimal) of a form that two maps share where they hold the same data in whatever order. */
export function digestOf(value: Mapping): string {
  return createHash('sha256')
    .update(jsonText(value, { sorted: true }))
    .digest('hex');
}

function members(mapping: Mapping, sorted: boolean): [string, Value][] {
  const all = entriesOf(mapping).map(({ key, value }): [string, Value] => [
    typeof key === 'string' ? key : key.text,
    value,
  ]);
  return sorted ? all.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)) : all;
}
