import type { Comment, Entry, Mapping, Node, Scalar, Value } from '../../../src/tree/value.ts';

/** A tree in the JSON form of test/peers/goyaml-emit/tree.go. */
export type TreeJson = readonly [string, ...unknown[]];

export function treeToJson(node: Node): TreeJson {
  switch (node.kind) {
    case 'mapping':
      return ['map', ...node.entries.map(memberToJson)];
    case 'sequence':
      return ['list', ...node.items.map(treeToJson)];
    case 'comment':
      return ['comment', node.text, node.inline];
    default:
      return scalarToJson(node);
  }
}

function memberToJson(member: Entry | Comment): unknown {
  return member.kind === 'comment' ? treeToJson(member) : [member.key, treeToJson(member.value)];
}

function scalarToJson(scalar: Scalar): TreeJson {
  switch (scalar.kind) {
    case 'string':
      return ['str', scalar.value];
    case 'bytes':
      return ['bytes', Buffer.from(scalar.value).toString('base64')];
    case 'int':
      return ['int', scalar.value.toString()];
    case 'float':
      return ['float', Object.is(scalar.value, -0) ? '-0' : floatWord(scalar.value)];
    case 'bool':
      return ['bool', scalar.value];
    case 'time':
      return ['time', scalar.value];
    case 'null':
      return ['null'];
    case 'odd':
      return ['odd', scalar.type];
  }
}

function floatWord(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

export function treeFromJson(json: TreeJson): Node {
  const [kind, value] = json;
  switch (kind) {
    case 'map':
      return { kind: 'mapping', entries: json.slice(1).map((member) => memberFromJson(member as TreeJson)) };
    case 'list':
      return { kind: 'sequence', items: json.slice(1).map((item) => treeFromJson(item as TreeJson)) };
    case 'comment':
      return { kind: 'comment', text: String(value), inline: json[2] === true };
    default:
      return scalarFromJson(kind, value);
  }
}

function memberFromJson(json: readonly unknown[]): Entry | Comment {
  if (json.length === 3) return treeFromJson(json as unknown as TreeJson) as Comment;
  return { kind: 'entry', key: String(json[0]), value: treeFromJson(json[1] as TreeJson) as Value };
}

function scalarFromJson(kind: string, value: unknown): Scalar {
  switch (kind) {
    case 'str':
      return { kind: 'string', value: String(value) };
    case 'bytes':
      return { kind: 'bytes', value: new Uint8Array(Buffer.from(String(value), 'base64')) };
    case 'int':
      return { kind: 'int', value: BigInt(String(value)) };
    case 'float':
      return { kind: 'float', value: Number(String(value).replace('Inf', 'Infinity')) };
    case 'bool':
      return { kind: 'bool', value: value === true };
    case 'time':
      return { kind: 'time', value: String(value) };
    case 'null':
      return { kind: 'null' };
    default:
      throw new Error(`no such kind: ${kind}`);
  }
}

/**
 * What must survive writing and reading: the JSON form without comments, with each number as YAML can tell it
 * (a float without fraction or exponent is printed, and read back, as an int).
 */
export function substance(json: TreeJson): unknown {
  const [kind, value] = json;
  if (kind === 'list') {
    return [
      'list',
      ...json
        .slice(1)
        .filter((item) => !isComment(item))
        .map((item) => substance(item as TreeJson)),
    ];
  }
  if (kind === 'map') {
    const entries = json.slice(1).filter((member) => !isComment(member)) as [string, TreeJson][];
    return ['map', ...entries.map(([key, member]) => [key, substance(member)])];
  }
  if (kind === 'int' || kind === 'float')
    return ['number', String(Number(String(value).replace('Inf', 'Infinity')) + 0)];
  return json;
}

function isComment(json: unknown): boolean {
  return Array.isArray(json) && json.length === 3 && json[0] === 'comment' && typeof json[2] === 'boolean';
}

export function asMapping(json: TreeJson): Mapping {
  return treeFromJson(json) as Mapping;
}
