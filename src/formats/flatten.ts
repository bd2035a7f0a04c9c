import { SopskitError } from '../errors/sopskit-error.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';

const mapSeparator = '__map_';
const listSeparator = '__list_';

/**
 * Flattens a mapping to one level, as sops does for the metadata of INI and dotenv files (stores/flatten.go):
 * `{age: [{enc: E}]}` becomes `age__list_0__map_enc: E`. Comments and empty collections leave nothing behind.
 * Throws `sops.metadata` for keys that collide and keys that are not strings.
 */
export function flatten(mapping: Mapping, prefix = ''): readonly Entry[] {
  const found = new Map<string, Entry>();
  flattenMapping(mapping, prefix, found);
  return [...found.values()];
}

function flattenMapping(mapping: Mapping, prefix: string, found: Map<string, Entry>): void {
  for (const member of mapping.entries) {
    if (member.kind === 'comment') continue;
    if (typeof member.key !== 'string') throw refusal('it has a key that is not a string');
    flattenValue(member.value, prefix + member.key, found);
  }
}

function flattenValue(value: Value, key: string, found: Map<string, Entry>): void {
  if (value.kind === 'mapping') {
    flattenMapping(value, key + mapSeparator, found);
    return;
  }
  if (value.kind === 'sequence') {
    const items = value.items.filter((item) => item.kind !== 'comment');
    items.forEach((item, index) => {
      flattenValue(item, `${key}${listSeparator}${index}`, found);
    });
    return;
  }
  if (found.has(key)) throw refusal(`flattening it makes the key ${JSON.stringify(key)} twice`);
  found.set(key, { kind: 'entry', key, value });
}

/**
 * Restores what `flatten` made, with the keys of each mapping in byte order, as sops does. Comments are dropped.
 * Throws `sops.metadata` for a key given twice, a key that is both value and collection, and a list with gaps.
 */
export function unflatten(flat: Mapping): Mapping {
  const root: Branch = { value: null, keys: new Map(), items: new Map() };
  for (const member of flat.entries) {
    if (member.kind === 'comment') continue;
    if (typeof member.key !== 'string') throw refusal('it has a key that is not a string');
    const target = descend(root, tokenize(member.key));
    if (target.value !== null) throw refusal(`the key ${JSON.stringify(member.key)} is there twice`);
    target.value = member.value;
  }
  return mappingOf(root);
}

interface Branch {
  value: Value | null;
  readonly keys: Map<string, Branch>;
  readonly items: Map<number, Branch>;
}

function descend(root: Branch, tokens: readonly (string | number)[]): Branch {
  let branch = root;
  for (const token of tokens) {
    const next = typeof token === 'string' ? branch.keys.get(token) : branch.items.get(token);
    const child = next ?? { value: null, keys: new Map(), items: new Map() };
    if (next === undefined) {
      if (typeof token === 'string') branch.keys.set(token, child);
      else branch.items.set(token, child);
    }
    branch = child;
  }
  return branch;
}

/** Splits `age__list_0__map_enc` into `age`, 0, `enc`. */
function tokenize(key: string): (string | number)[] {
  const parts = key.split(/(__map_|__list_)/);
  const tokens: (string | number)[] = [parts[0] ?? ''];
  for (let i = 1; i + 1 < parts.length; i += 2) {
    const text = parts[i + 1] ?? '';
    tokens.push(parts[i] === mapSeparator ? text : listIndex(text));
  }
  return tokens;
}

/** sops ignores strconv.Atoi's error: what is not a number counts as 0, so that two of them collide. */
function listIndex(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

function unflattened(branch: Branch): Value {
  const kinds = Number(branch.value !== null) + Number(branch.keys.size > 0) + Number(branch.items.size > 0);
  if (kinds > 1) throw refusal('one of its keys holds both a value and a collection');
  if (branch.value !== null) return branch.value;
  return branch.items.size > 0 ? sequenceOf(branch) : mappingOf(branch);
}

function mappingOf(branch: Branch): Mapping {
  const names = [...branch.keys.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const entries = names.map(
    (key): Entry => ({ kind: 'entry', key, value: unflattened(branch.keys.get(key) ?? branch) }),
  );
  return { kind: 'mapping', entries };
}

function sequenceOf(branch: Branch): Value {
  const items: Value[] = [];
  for (let index = 0; index < branch.items.size; index++) {
    const item = branch.items.get(index);
    if (item === undefined) throw refusal('a list in it has gaps');
    items.push(unflattened(item));
  }
  return { kind: 'sequence', items };
}

function refusal(problem: string): SopskitError {
  return new SopskitError('sops.metadata', `The metadata cannot be flattened or restored: ${problem}`);
}
