import { SopskitError } from '../errors/sopskit-error.ts';
import type { Mapping, Value } from '../tree/value.ts';

// sops reads its metadata through mapstructure with WeaklyTypedInput: numbers for strings, strings for numbers and
// booleans, one item for a list. Flat formats have nothing but strings.

export function weakString(value: Value | undefined, field: string): string {
  if (value === undefined) return '';
  switch (value.kind) {
    case 'string':
    case 'time':
      return value.value;
    case 'int':
      return value.value.toString();
    case 'float':
      return String(value.value);
    case 'bool':
      return value.value ? '1' : '0';
    case 'null':
      return '';
    default:
      throw invalidField(field, 'a string', value);
  }
}

export function weakInt(value: Value | undefined, field: string): number {
  if (value === undefined || value.kind === 'null') return 0;
  if (value.kind === 'int') return Number(value.value);
  if (value.kind === 'float') return Math.trunc(value.value);
  if (value.kind === 'bool') return value.value ? 1 : 0;
  if (value.kind === 'string' && value.value === '') return 0;
  if (value.kind === 'string' && /^[+-]?\d+$/.test(value.value)) return Number(value.value);
  throw invalidField(field, 'an integer', value);
}

export function weakBool(value: Value | undefined, field: string): boolean {
  if (value === undefined || value.kind === 'null') return false;
  if (value.kind === 'bool') return value.value;
  if (value.kind === 'int') return value.value !== 0n;
  if (value.kind === 'float') return value.value !== 0;
  if (value.kind === 'string') {
    if (/^(1|t|T|TRUE|true|True)$/.test(value.value)) return true;
    if (/^(|0|f|F|FALSE|false|False)$/.test(value.value)) return false;
  }
  throw invalidField(field, 'true or false', value);
}

/** Returns the maps of a list of maps; one map alone counts as a list, an empty value as none. */
export function weakMappings(value: Value | undefined, field: string): readonly Mapping[] {
  if (value === undefined || value.kind === 'null') return [];
  if (value.kind === 'mapping') return value.entries.length === 0 ? [] : [value];
  if (value.kind === 'string' && value.value === '') return [];
  if (value.kind !== 'sequence') throw invalidField(field, 'a list', value);
  return value.items.flatMap((item) => {
    if (item.kind === 'comment') return [];
    if (item.kind !== 'mapping') throw invalidField(field, 'a list of maps', item);
    return [item];
  });
}

function invalidField(field: string, wanted: string, value: Value): SopskitError {
  return new SopskitError('sops.metadata', `the metadata field ${field} is ${value.kind}, not ${wanted}`, {
    place: { path: ['sops', field], ...(value.line === undefined ? {} : { line: value.line }) },
    hint: 'The sops block was edited by hand or damaged by a merge. Restore it from git.',
  });
}
