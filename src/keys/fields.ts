import { SopskitError } from '../errors/sopskit-error.ts';
import { entriesOf, stringOf } from '../tree/mapping.ts';
import type { Mapping, Value } from '../tree/value.ts';

/**
 * Reads a text field of a metadata item as sops does (mapstructure with WeaklyTypedInput): the exact name first, then
 * without regard to case; numbers and booleans as text; absent is empty. Throws `sops.metadata`.
 */
export function textField(fields: Mapping, name: string): string {
  const value = fieldValue(fields, name);
  switch (value?.kind) {
    case undefined:
    case 'null':
      return '';
    case 'string':
    case 'time':
      return value.value;
    case 'int':
    case 'float':
      return String(value.value);
    case 'bool':
      return value.value ? '1' : '0';
    default:
      throw new SopskitError('sops.metadata', `the metadata field ${name} is ${value?.kind}, not a string`, {
        hint: 'The sops block was edited by hand or damaged by a merge. Restore it from git.',
      });
  }
}

/** Returns a field's value, found as `textField` finds it. */
export function fieldValue(fields: Mapping, name: string): Value | undefined {
  const entries = entriesOf(fields);
  const exact = entries.find((entry) => entry.key === name);
  return (exact ?? entries.find((entry) => typeof entry.key === 'string' && entry.key.toLowerCase() === name))
    ?.value;
}

/** Returns the fields with one set: in its place where there is one, else at the end. */
export function withTextField(fields: Mapping, name: string, text: string): Mapping {
  const entry = { kind: 'entry', key: name, value: stringOf(text) } as const;
  const isThis = (member: Mapping['entries'][number]): boolean =>
    member.kind === 'entry' && typeof member.key === 'string' && member.key.toLowerCase() === name;
  const there = fields.entries.some(isThis);
  const entries = fields.entries.map((member) => (isThis(member) ? entry : member));
  return { kind: 'mapping', entries: there ? entries : [...entries, entry] };
}
