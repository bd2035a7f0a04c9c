import type { Format } from '../../formats/format.ts';
import type { Mapping, Node } from '../../tree/value.ts';
import { entriesIn, keyId } from './value-id.ts';

/**
 * How many keys of a text stand in one map more than once. Lines that are put together may have one twice, of which a
 * reader takes the first or the last.
 */
export function repeatedKeys(format: Format, text: string, branches: readonly Mapping[]): number {
  return format.name === 'ini'
    ? repeatedInLines(text)
    : branches.reduce((sum, node) => sum + repeatedIn(node), 0);
}

function repeatedIn(node: Node): number {
  if (node.kind === 'sequence') return node.items.reduce((sum, item) => sum + repeatedIn(item), 0);
  if (node.kind !== 'mapping') return 0;
  const entries = entriesIn(node);
  const own = entries.length - new Set(entries.map(keyId)).size;
  return entries.reduce((sum, { value }) => sum + repeatedIn(value), own);
}

/** The tree of an INI file has each key once, whatever the text has. */
function repeatedInLines(text: string): number {
  const known = new Set<string>();
  let [section, repeated] = ['', 0];
  for (const line of text.split('\n')) {
    section = /^\s*(\[[^\]]*\])/.exec(line)?.[1] ?? section;
    const key = /^\s*([^\s;#[=:][^=:]*?)\s*[=:]/.exec(line)?.[1];
    if (key === undefined) continue;
    const id = `${section} ${key}`;
    if (known.has(id)) repeated += 1;
    known.add(id);
  }
  return repeated;
}
