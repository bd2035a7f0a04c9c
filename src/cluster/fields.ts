import { entriesOf, valueAt } from '../tree/mapping.ts';
import type { Mapping, Value } from '../tree/value.ts';

/** Returns what stands at a path of an object; `undefined` where there is nothing. */
export function fieldIn(mapping: Mapping, ...path: readonly string[]): Value | undefined {
  let value: Value | undefined = mapping;
  for (const key of path) value = value?.kind === 'mapping' ? valueAt(value, key) : undefined;
  return value;
}

/** Returns the text at a path; empty where there is none. */
export function textIn(mapping: Mapping, ...path: readonly string[]): string {
  const value = fieldIn(mapping, ...path);
  return value?.kind === 'string' ? value.value : '';
}

/** Returns the whole number at a path, `null` where there is none. */
export function numberIn(mapping: Mapping, ...path: readonly string[]): number | null {
  const value = fieldIn(mapping, ...path);
  if (value?.kind === 'int') return Number(value.value);
  return value?.kind === 'float' ? value.value : null;
}

/** Returns whether `true` stands at a path. */
export function flagIn(mapping: Mapping, ...path: readonly string[]): boolean {
  const value = fieldIn(mapping, ...path);
  return value?.kind === 'bool' && value.value;
}

/** The mappings in a list at a path; none where there is no list. */
export function itemsIn(mapping: Mapping, ...path: readonly string[]): readonly Mapping[] {
  const value = fieldIn(mapping, ...path);
  return value?.kind === 'sequence'
    ? value.items.filter((item): item is Mapping => item.kind === 'mapping')
    : [];
}

/** The texts in a list at a path. */
export function textsIn(mapping: Mapping, ...path: readonly string[]): readonly string[] {
  const value = fieldIn(mapping, ...path);
  if (value?.kind !== 'sequence') return [];
  return value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}

/** The texts of a mapping at a path (labels, annotations), by their names. */
export function textMapIn(mapping: Mapping, ...path: readonly string[]): ReadonlyMap<string, string> {
  const value = fieldIn(mapping, ...path);
  const found = new Map<string, string>();
  if (value?.kind !== 'mapping') return found;
  for (const entry of entriesOf(value))
    if (entry.value.kind === 'string') found.set(String(entry.key), entry.value.value);
  return found;
}
