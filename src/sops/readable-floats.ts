import type { Format } from '../formats/format.ts';
import type { Leaf, Value } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';

/**
 * The floats of a value that a format prints like an int, as ints: readable, `12` is all that the text can say, and
 * so sops, too, reads it. Their MAC is the same.
 */
export function readableFloats(value: Value, format: Format): ReadonlyMap<Leaf, Leaf> {
  const ints = new Map<Leaf, Leaf>();
  if (format.metadataShape !== 'nested') return ints;
  walk({ kind: 'mapping', entries: [{ kind: 'entry', key: 'value', value }] }, ({ leaf }) => {
    if (leaf.kind !== 'float' || !Number.isInteger(leaf.value)) return;
    const text = Buffer.from(format.emitValue(leaf, {})).toString('latin1').trim();
    if (/^-?\d+$/.test(text) && !Object.is(leaf.value, -0))
      ints.set(leaf, { kind: 'int', value: BigInt(text) });
  });
  return ints;
}
