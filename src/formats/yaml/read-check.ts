import { SopskitError } from '../../errors/sopskit-error.ts';
import type { ParsedNode } from './parse-event.ts';
import { AliasBudget, selfReference } from './read-alias.ts';
import { resolveScalar } from './resolve.ts';
import { maxDepth, tooDeep } from './scan-indent.ts';

/** What go-yaml decodes a node into: a map by the kind of its keys, an `any`, or the key of a `map[string]any`. */
type Target = 'string-map' | 'any-map' | 'any' | 'string';

/**
 * Checks the first document of a file as sops does, by decoding it into a `map[string]any` with go-yaml v3.0.4 (whose
 * decode.go this follows): duplicate keys, tags that do not fit, merges of what is no map, keys that are no scalars.
 * sops does not look at later documents so.
 * Throws `document.duplicate-key`, `document.aliases`, `document.unsupported`, `document.too-deep`.
 */
export function checkFirstDocument(root: ParsedNode): void {
  new DecodeCheck().decode(root, 'string-map');
}

class DecodeCheck {
  private readonly budget = new AliasBudget();
  private readonly open = new Set<ParsedNode>();
  /** While a merge is decoded: the keys that are there already, whose merged values are not looked at. */
  private merged: Set<string> | null = null;
  private depth = 0;

  /** Decodes a node; false says that go-yaml leaves the target as it is. */
  decode(node: ParsedNode, target: Target): boolean {
    this.budget.count(this.open.size > 0);
    switch (node.kind) {
      case 'alias':
        return this.alias(node, target);
      case 'scalar':
        return this.scalar(node, target);
      default:
        this.depth += 1;
        if (this.depth > maxDepth) throw tooDeep(node);
        if (node.kind === 'mapping') this.mapping(node, target);
        else this.sequence(node, target);
        this.depth -= 1;
        return true;
    }
  }

  private alias(node: ParsedNode, target: Target): boolean {
    if (this.open.has(node)) throw selfReference(node);
    this.open.add(node);
    const good = node.target === null || this.decode(node.target, target);
    this.open.delete(node);
    return good;
  }

  private scalar(node: ParsedNode, target: Target): boolean {
    if (node.meaning === '' && target === 'any') return true;
    const { kind } = resolveScalar(node);
    if (kind === 'undecodable') throw unfitTag(node);
    if (kind === 'null') return target === 'any';
    if (target === 'string-map' || target === 'any-map') {
      throw unsupported(
        node,
        'the document is a single value, not a map',
        'Only maps can be encrypted as YAML.',
      );
    }
    return true;
  }

  private sequence(node: ParsedNode, target: Target): void {
    if (target === 'string') throw complexKey(node);
    if (target !== 'any') throw topLevelList(node);
    for (const item of node.content) this.decode(item, 'any');
  }

  private mapping(node: ParsedNode, target: Target): void {
    checkUnique(node);
    if (target === 'string') throw complexKey(node);
    const map = target === 'any' ? mapKind(node) : target;
    const { merged } = this;
    this.merged = null;
    let merge: ParsedNode | null = null;
    const { content } = node;
    for (let at = 1; at < content.length; at += 2) {
      const key = content[at - 1];
      const value = content[at];
      if (key === undefined || value === undefined) continue;
      if (isMergeKey(key)) merge = value;
      else if (this.key(key, map, merged)) this.decode(value, 'any');
    }
    this.merged = merged;
    if (merge !== null) this.merge(node, merge, map);
  }

  /** Decodes a key; false if its value is to be skipped. */
  private key(key: ParsedNode, map: 'string-map' | 'any-map', merged: Set<string> | null): boolean {
    if (!this.decode(key, map === 'string-map' ? 'string' : 'any')) return false;
    if (targetOf(key).kind !== 'scalar') throw complexKey(key);
    if (merged === null) return true;
    const name = keyName(key, map);
    if (merged.has(name)) return false;
    merged.add(name);
    return true;
  }

  private merge(parent: ParsedNode, merge: ParsedNode, map: 'string-map' | 'any-map'): void {
    const { merged } = this;
    if (merged === null) {
      this.merged = new Set();
      for (const key of keysOf(parent)) {
        this.decode(key, 'any');
        this.merged.add(keyName(key, 'any-map'));
      }
    }
    const sources = merge.kind === 'sequence' ? merge.content : [merge];
    for (const source of sources) {
      if (targetOf(source).kind !== 'mapping') throw badMerge(source);
      this.decode(source, map);
    }
    this.merged = merged;
  }
}

/** Whether a key is `<<`: the value under it is merged into the map. */
function isMergeKey(key: ParsedNode): boolean {
  if (key.kind !== 'scalar' || key.value !== '<<') return false;
  return key.meaning === '' ? key.style === 'plain' : key.meaning === '!!merge';
}

/** The keys that are equal to go-yaml are those of the same kind and text, whatever their type. */
function checkUnique(node: ParsedNode): void {
  const scalars = new Map<string, ParsedNode>();
  const others = new Map<string, ParsedNode>();
  const { content } = node;
  for (let at = 0; at < content.length; at += 2) {
    const key = content[at];
    if (key === undefined) continue;
    const seen = key.kind === 'scalar' ? scalars : others;
    const text = key.kind === 'scalar' ? key.value : key.kind + key.anchor;
    const earlier = seen.get(text);
    if (earlier !== undefined) throw duplicateKey(earlier, key);
    seen.set(text, key);
  }
}

/** Whether go-yaml makes a `map[string]any`, which is of importance for merges only. */
function mapKind(node: ParsedNode): 'string-map' | 'any-map' {
  if (!node.content.some((key, at) => at % 2 === 0 && isMergeKey(key))) return 'any-map';
  return hasStringKeys(node) ? 'string-map' : 'any-map';
}

function hasStringKeys(node: ParsedNode): boolean {
  for (const key of keysOf(node)) {
    const { kind, meaning, value, style } = targetOf(key);
    if (kind !== 'scalar') return meaning === '!!str' || meaning === '!!merge';
    if (meaning === '!!str' || meaning === '!!merge') continue;
    if (meaning !== '' || resolveScalar({ meaning, value, style }).kind !== 'string') return false;
  }
  return true;
}

/** A name that is equal for keys that are equal to Go, in a map of strings or of `any`. */
function keyName(key: ParsedNode, map: 'string-map' | 'any-map'): string {
  const node = targetOf(key);
  const resolved = resolveScalar(node);
  if (map === 'string-map') return `string:${resolved.kind === 'string' ? resolved.value : node.value}`;
  return `${resolved.kind}:${'value' in resolved ? String(resolved.value) : ''}`;
}

function targetOf(node: ParsedNode): ParsedNode {
  return node.target ?? node;
}

function keysOf(node: ParsedNode): ParsedNode[] {
  return node.content.filter((_, at) => at % 2 === 0);
}

function unsupported(node: ParsedNode, message: string, hint: string): SopskitError {
  const place = { line: node.line, column: node.column };
  return new SopskitError('document.unsupported', `YAML: ${message}`, { place, hint });
}

function duplicateKey(earlier: ParsedNode, key: ParsedNode): SopskitError {
  return new SopskitError(
    'document.duplicate-key',
    `YAML: the key is already defined in line ${earlier.line}`,
    {
      place: { line: key.line, column: key.column },
      hint: 'Remove or rename one of the two.',
    },
  );
}

function unfitTag(node: ParsedNode): SopskitError {
  return unsupported(node, 'the value does not fit its tag', 'Correct the value or remove the tag.');
}

function complexKey(node: ParsedNode): SopskitError {
  return unsupported(
    node,
    'a map or list is used as a key',
    'Keys must be strings; a template such as {{ x }} must be quoted.',
  );
}

function badMerge(node: ParsedNode): SopskitError {
  return unsupported(
    node,
    '<< needs a map, or a list of maps',
    'Quote the key "<<" if it is not meant to merge.',
  );
}

/** Returns the error for a document that is a list at its top. */
export function topLevelList(node: ParsedNode): SopskitError {
  return unsupported(
    node,
    'the document is a list, not a map',
    'Put the list under a key, or use --input-type binary.',
  );
}
