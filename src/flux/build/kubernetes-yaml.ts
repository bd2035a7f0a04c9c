import type { YamlNode } from '../../formats/yaml/node.ts';
import { parseYaml } from '../../formats/yaml/parse-tree.ts';
import { decodeText } from '../../formats/yaml/read-text.ts';
import { type Resolved, resolvePlain, resolveScalar } from '../../formats/yaml/resolve.ts';
import { stringOf } from '../../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../../tree/value.ts';

/** As many nodes as aliases may make of one text: a text of nested aliases could make billions. */
const maxNodes = 5_000_000;

/**
 * Reads YAML as Kubernetes does (sigs.k8s.io/yaml, which is go-yaml v2 and JSON behind it): `yes` and `on` are true,
 * dates are strings, keys are strings, merge keys are merged, of a key that is there twice the last counts. Comments are
 * left out. A document that is empty is left out, one that is no map is a value. Throws `document.*`.
 */
export function readKubernetesYaml(bytes: Uint8Array): readonly Value[] {
  const reader = new Reader();
  return parseYaml(decodeText(bytes).text).documents.flatMap(({ root }) =>
    root === null ? [] : [reader.value(root)],
  );
}

/** Reads a text that holds one map. `null`: it holds something else, or nothing. Throws `document.*`. */
export function readKubernetesObject(text: string): Mapping | null {
  const [value] = readKubernetesYaml(Buffer.from(text, 'utf8'));
  return value?.kind === 'mapping' ? value : null;
}

class Reader {
  private nodes = 0;
  private readonly open = new Set<YamlNode>();

  value(node: YamlNode): Value {
    this.nodes += 1;
    if (this.nodes > maxNodes) return { kind: 'null' };
    const place = { line: node.line, column: node.column };
    switch (node.kind) {
      case 'alias':
        return this.alias(node);
      case 'scalar':
        return { ...scalarOf(node), ...place };
      case 'sequence':
        return { kind: 'sequence', items: node.content.map((item) => this.value(item)), ...place };
      case 'mapping':
        return { kind: 'mapping', entries: this.entries(node), ...place };
    }
  }

  private alias({ target }: YamlNode): Value {
    // go-yaml fails on an anchor that contains itself; nothing of it can be built
    if (target === null || this.open.has(target)) return { kind: 'null' };
    this.open.add(target);
    const value = this.value(target);
    this.open.delete(target);
    return value;
  }

  private entries(node: YamlNode): Entry[] {
    const merged = new Map<string, Value>();
    const own = new Map<string, Value>();
    for (let at = 0; at + 1 < node.content.length; at += 2) {
      const [key, value] = [node.content[at], node.content[at + 1]];
      if (key === undefined || value === undefined) continue;
      if (isMerge(key)) this.merge(value, merged);
      else own.set(keyText(key), this.value(value));
    }
    for (const [key, value] of merged) if (!own.has(key)) own.set(key, value);
    return [...own].map(([key, value]) => ({ kind: 'entry', key, value }));
  }

  /** Of several maps that are merged the first counts. */
  private merge(node: YamlNode, into: Map<string, Value>): void {
    const value = this.value(node);
    const maps = value.kind === 'sequence' ? value.items : [value];
    for (const map of maps) {
      if (map.kind !== 'mapping') continue;
      for (const entry of map.entries) {
        if (entry.kind !== 'entry' || typeof entry.key !== 'string' || into.has(entry.key)) continue;
        into.set(entry.key, entry.value);
      }
    }
  }
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && node.value === '<<' && node.tag === '';
}

function keyText(node: YamlNode): string {
  if (node.kind === 'alias' && node.target !== null) return keyText(node.target);
  if (node.kind !== 'scalar') return node.value;
  const resolved = resolve(node);
  switch (resolved.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return String(resolved.value);
    case 'string':
      return resolved.value;
    default:
      return node.value;
  }
}

function scalarOf(node: YamlNode): Exclude<Value, { kind: 'mapping' | 'sequence' }> {
  return resolve(node);
}

type Typed = Exclude<Value, { kind: 'mapping' | 'sequence' | 'odd' | 'time' | 'bytes' }>;

function resolve({ tag, value, style }: YamlNode): Typed {
  const meaning = tag.replace(/^!<tag:yaml\.org,2002:(.*)>$/, '!!$1');
  if (meaning === '' || meaning === '!') {
    return style === 'plain' && meaning === '' ? plain(value) : stringOf(value);
  }
  return typed(resolveScalar({ meaning, value, style }), value);
}

/** The words of YAML 1.1 that go-yaml v3 takes for strings. */
const words: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

function plain(value: string): Typed {
  const word = words.get(value);
  return word === undefined ? typed(resolvePlain(value), value) : { kind: 'bool', value: word };
}

function typed(resolved: Resolved, text: string): Typed {
  switch (resolved.kind) {
    case 'uint':
      return { kind: 'int', value: resolved.value };
    case 'bytes':
      return stringOf(Buffer.from(resolved.value).toString('utf8'));
    case 'time':
    case 'undecodable':
      return stringOf(text);
    default:
      return resolved;
  }
}
