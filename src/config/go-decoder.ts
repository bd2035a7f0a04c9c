import type { Place } from '../errors/sopskit-error.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { entriesOf } from '../tree/mapping.ts';
import type { Mapping, Scalar, Value } from '../tree/value.ts';
import type { UnknownField } from './config.ts';

/** A value in the configuration and where it stands. */
export interface Field {
  readonly value: Value;
  readonly place: Place;
}

/** Text of a scalar as the file spells it (`0x1F`), or `undefined` where that is not known. */
export type Spelling = (scalar: Scalar) => string | undefined;

/**
 * Reads a tree into typed fields with the rules of go-yaml v3's decoder (decode.go): any scalar is a string by its
 * spelling, floats are cut to ints, `yes` and `on` are booleans, null is nothing, `<<` merges, unknown names pass.
 *
 * Throws `config.invalid`, placed, where go-yaml reports "cannot unmarshal".
 */
export class GoDecoder {
  readonly unknown: UnknownField[] = [];
  readonly #spelling: Spelling;

  constructor(spelling: Spelling) {
    this.#spelling = spelling;
  }

  /** The fields of a struct. Names outside `known` are collected in `unknown`. */
  struct(field: Field | undefined, known: readonly string[]): Map<string, Field> {
    const fields = new Map<string, Field>();
    if (field === undefined || field.value.kind === 'null') return fields;
    if (field.value.kind !== 'mapping') throw this.#mismatch(field, 'must be a map');
    for (const [name, found] of this.#members(field.value, field.place)) {
      if (known.includes(name)) fields.set(name, found);
      else this.unknown.push({ name, place: found.place });
    }
    return fields;
  }

  /** The fields of a map of strings, in order. A null value is refused: sops panics on it. */
  textMap(field: Field): Map<string, string> {
    const texts = new Map<string, string>();
    if (field.value.kind !== 'mapping') throw this.#mismatch(field, 'must be a map');
    for (const [name, found] of this.#members(field.value, field.place)) {
      if (found.value.kind === 'null') throw this.#mismatch(found, 'must be a string');
      texts.set(name, this.text(found));
    }
    return texts;
  }

  /** The items of a list without its nulls, which go-yaml drops, or `null` where the field is absent or null. */
  list(field: Field | undefined): Field[] | null {
    if (field === undefined || field.value.kind === 'null') return null;
    if (field.value.kind !== 'sequence') throw this.#mismatch(field, 'must be a list');
    const items: Value[] = field.value.items.filter((item) => item.kind !== 'comment');
    return items
      .map((value, index) => ({ value, place: below(field.place, index, value) }))
      .filter((item) => item.value.kind !== 'null');
  }

  text(field: Field | undefined): string {
    if (field === undefined || field.value.kind === 'null') return '';
    const { value } = field;
    if (value.kind === 'string') return value.value;
    if (value.kind === 'mapping' || value.kind === 'sequence' || value.kind === 'bytes')
      throw this.#mismatch(field, 'must be a string');
    return this.#spelling(value) ?? defaultSpelling(value);
  }

  integer(field: Field | undefined, absent: number): number {
    if (field === undefined || field.value.kind === 'null') return absent;
    const { value } = field;
    const number =
      value.kind === 'int' || value.kind === 'float' ? Math.trunc(Number(value.value)) : Number.NaN;
    if (!Number.isSafeInteger(number)) throw this.#mismatch(field, 'must be a whole number');
    return number;
  }

  boolean(field: Field | undefined): boolean {
    if (field === undefined || field.value.kind === 'null') return false;
    const { value } = field;
    if (value.kind === 'bool') return value.value;
    if (value.kind === 'string' && /^(?:y|Y|yes|Yes|YES|on|On|ON)$/.test(value.value)) return true;
    if (value.kind === 'string' && /^(?:n|N|no|No|NO|off|Off|OFF)$/.test(value.value)) return false;
    throw this.#mismatch(field, 'must be true or false');
  }

  /** Entries by name, own before merged, the first of a name winning (decode.go, merge). */
  #members(mapping: Mapping, place: Place, seen: Map<string, Field> = new Map()): Map<string, Field> {
    const merges: Field[] = [];
    for (const entry of entriesOf(mapping)) {
      const name = typeof entry.key === 'string' ? entry.key : entry.key.text;
      const field = { value: entry.value, place: below(place, name, entry.value) };
      if (name === '<<') merges.push(field);
      else if (!seen.has(name)) seen.set(name, field);
    }
    for (const field of merges) this.#merge(field, place, seen);
    return seen;
  }

  #merge(field: Field, place: Place, seen: Map<string, Field>): void {
    const { value } = field;
    const parts = value.kind === 'sequence' ? value.items.filter((item) => item.kind !== 'comment') : [value];
    for (const part of parts) {
      if (part.kind !== 'mapping') throw this.#mismatch(field, 'must be a map or a list of maps');
      this.#members(part, place, seen);
    }
  }

  #mismatch(field: Field, expected: string): SopskitError {
    const message = `${nameOf(field)} ${expected}, but is ${kindNames[field.value.kind]}`;
    const hint = hints.get(expected);
    return new SopskitError('config.invalid', message, {
      place: field.place,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** `creation_rules`, or of an item of it `rule 2`; the name is the last key above it. */
function nameOf({ place: { path = [] } }: Field): string {
  const at = path.findLastIndex((step) => typeof step === 'string');
  const index = path[at + 1];
  const name = path[at];
  if (name === undefined) return 'the configuration';
  if (typeof index !== 'number') return String(name);
  const item = itemNames.get(String(name));
  return item === undefined ? `item ${index + 1} of ${name}` : `${item} ${index + 1}`;
}

const itemNames: ReadonlyMap<string, string> = new Map([
  ['creation_rules', 'rule'],
  ['destination_rules', 'destination rule'],
  ['key_groups', 'key group'],
]);

const hints: ReadonlyMap<string, string> = new Map([
  ['must be a map', 'Write it as keys and values (`path_regex: …`), one a line.'],
  ['must be a list', 'Write it as a list: each item on a line of its own, with a dash in front.'],
  ['must be a string', 'Write one text, in quotes.'],
  ['must be a whole number', 'Write a number, such as 2, without quotes.'],
  ['must be true or false', 'Write true or false, without quotes.'],
]);

const kindNames: Readonly<Record<Value['kind'], string>> = {
  string: 'a string',
  bytes: 'binary data',
  int: 'a number',
  float: 'a number',
  bool: 'a boolean',
  time: 'a date',
  null: 'null',
  odd: 'a number out of range',
  mapping: 'a map',
  sequence: 'a list',
};

/** Describes a value's type for an error. */
export function kindName(value: Value): string {
  return kindNames[value.kind];
}

/** The place of a member: one step further down, at the member's own line. */
export function below(place: Place, step: string | number, value: Value): Place {
  const line = value.line ?? place.line;
  return {
    ...place,
    path: [...(place.path ?? []), step],
    ...(line === undefined ? {} : { line }),
    ...(value.column === undefined ? {} : { column: value.column }),
  };
}

function defaultSpelling(scalar: Exclude<Scalar, { kind: 'null' | 'bytes' }>): string {
  return scalar.kind === 'odd' ? scalar.text : String(scalar.value);
}
