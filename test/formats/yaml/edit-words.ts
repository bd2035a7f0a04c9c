import type { Document } from '../../../src/formats/format.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';
import { file } from './edit-fake.ts';

export function read(text: string): Document {
  return yamlFormat.parse(file(text));
}

export function string(value: string): Value {
  return { kind: 'string', value };
}

export function map(...entries: [string, Value][]): Mapping {
  return { kind: 'mapping', entries: entries.map(([key, value]) => ({ kind: 'entry', key, value })) };
}

export function list(...items: Value[]): Value {
  return { kind: 'sequence', items };
}
