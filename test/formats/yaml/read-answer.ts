import { readYaml } from '../../../src/formats/yaml/read.ts';
import type { Comment, Entry, Key, Node, Scalar } from '../../../src/tree/value.ts';

/** What the Go oracle prints for a file (test/peers/goyaml), without the text of its errors. */
export type Answer = { readonly refused: true } | { readonly branches: readonly unknown[] };

/** Reads a file and describes it as the oracle does. */
export function answerOf(bytes: Uint8Array): Answer {
  const { branches } = readYaml(bytes);
  return { branches: branches.map(describeNode) };
}

function describeNode(node: Node): unknown {
  switch (node.kind) {
    case 'mapping':
      return { map: node.entries.map(describeMember) };
    case 'sequence':
      return { list: node.items.map(describeNode) };
    case 'comment':
      return { comment: node.text, inline: node.inline };
    default:
      return describeScalar(node);
  }
}

function describeMember(member: Entry | Comment): unknown {
  return member.kind === 'comment'
    ? describeNode(member)
    : [describeKey(member.key), describeNode(member.value)];
}

/** Of keys that are no strings only that they are none: sops refuses them later. */
function describeKey(key: Key): unknown {
  return typeof key === 'string' ? key : { other: key.type };
}

function describeScalar(node: Scalar): unknown {
  switch (node.kind) {
    case 'string':
    case 'time':
      return { type: node.kind, value: node.value };
    case 'bytes':
      return { type: 'bytes', value: Buffer.from(node.value).toString('base64') };
    case 'int':
    case 'bool':
      return { type: node.kind, value: String(node.value) };
    case 'float':
      return { type: 'float', value: bitsOf(node.value) };
    case 'null':
      return { type: 'null', value: '' };
    case 'odd':
      return describeOdd(node.type, node.text);
  }
}

function describeOdd(type: string, text: string): unknown {
  if (type === 'uint64')
    return { type, value: BigInt(text.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o')).toString() };
  if (type.startsWith('time')) return { type: 'time', value: 'unprintable' };
  return { type: 'undecodable', value: '' };
}

function bitsOf(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** Brings a line of the oracle's output into the form of `answerOf`. */
export function oracleAnswer(line: string): Answer {
  const parsed = JSON.parse(line) as { error?: string; branches?: unknown[] };
  if (parsed.error !== undefined) return { refused: true };
  return { branches: (parsed.branches ?? []).map(normalised) };
}

function normalised(node: unknown): unknown {
  const { map, list } = node as { map?: unknown[]; list?: unknown[] };
  if (map !== undefined) return { map: map.map((member) => (Array.isArray(member) ? pair(member) : member)) };
  return list === undefined ? node : { list: list.map(normalised) };
}

function pair([key, value]: unknown[]): unknown {
  return [
    typeof key === 'string' ? key : { other: keyType((key as { type: string }).type) },
    normalised(value),
  ];
}

const keyTypes: Readonly<Record<string, string>> = {
  null: 'nil',
  undecodable: 'nil',
  float: 'float64',
  time: 'time.Time',
  bytes: 'binary',
};

function keyType(type: string): string {
  if (type.startsWith('map[')) return 'map';
  return type.startsWith('[]') ? 'list' : (keyTypes[type] ?? type);
}
