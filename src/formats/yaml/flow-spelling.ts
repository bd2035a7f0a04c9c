import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping, Node, Scalar, Value } from '../../tree/value.ts';
import { spellDouble } from './quoted-spelling.ts';
import { scalarText } from './scalar-text.ts';

/**
 * Spells a tree on one line in flow style, strings in double quotes: `{"a": [1, "b"]}`. go-yaml reads the same tree
 * from it, without its comments. A `<<` key over mappings stays a merge key.
 *
 * Throws `document.not-emittable` for values and keys that sops cannot hold.
 */
export function spellFlow(value: Value): string {
  const out: string[] = [];
  const work: (string | Value)[] = [value];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === 'string') out.push(next);
    else if (next.kind === 'mapping') unfold(work, '{', next.entries.filter(isEntry).map(entryParts), '}');
    else if (next.kind === 'sequence') unfold(work, '[', next.items.filter(isValue).map(itemParts), ']');
    else out.push(spellFlowScalar(next));
  }
  return out.join('');
}

/** Tells whether go-yaml takes `value` below a `<<` key: it refuses the whole file where it cannot merge. */
export function isMergeable(value: Value): boolean {
  if (value.kind === 'mapping') return true;
  return (
    value.kind === 'sequence' &&
    value.items.every((item) => item.kind === 'mapping' || item.kind === 'comment')
  );
}

/** Puts a collection's parts on the stack, so that they come off in order. Deep trees cost no call stack. */
function unfold(work: (string | Value)[], open: string, members: (string | Value)[][], close: string): void {
  work.push(close);
  for (let index = members.length - 1; index >= 0; index--) {
    const parts = members[index] ?? [];
    for (let part = parts.length - 1; part >= 0; part--) work.push(parts[part] ?? '');
    if (index > 0) work.push(', ');
  }
  work.push(open);
}

function entryParts(entry: Entry): (string | Value)[] {
  return [`${spellFlowKey(entry)}: `, entry.value];
}

function itemParts(item: Value): Value[] {
  return [item];
}

/** go-yaml looks for the `:` of a key no further than this many characters. */
const SIMPLE_KEY_LIMIT = 1024;

/** Spells a key of a flow mapping, with the `? ` that a long one needs. */
export function spellFlowKey(entry: Entry): string {
  const { key } = entry;
  if (typeof key !== 'string') throw refusedKey(key.type);
  if (key === '<<' && isMergeable(entry.value)) return key;
  const spelling = spellDouble(key);
  return spelling.length < SIMPLE_KEY_LIMIT ? spelling : `? ${spelling} `;
}

function spellFlowScalar(scalar: Scalar): string {
  const { tag, text, isString } = scalarText(scalar);
  if (isString) return spellDouble(text);
  return tag === '!!binary' ? `${tag} "${text.replaceAll('\n', '')}"` : text;
}

/** The refusal of a key that is not a string. */
export function refusedKey(type: string): SopskitError {
  return new SopskitError(
    'document.not-emittable',
    `a mapping key of type ${type} cannot be written as YAML`,
  );
}

function isEntry(member: Mapping['entries'][number]): member is Entry {
  return member.kind === 'entry';
}

function isValue(node: Node): node is Value {
  return node.kind !== 'comment';
}
