import { SopskitError } from '../errors/sopskit-error.ts';
import type { Value } from '../tree/value.ts';

const scalarTypes: ReadonlyMap<string, (value: unknown) => boolean> = new Map<
  string,
  (value: unknown) => boolean
>([
  ['string', (value) => typeof value === 'string'],
  ['bytes', (value) => value instanceof Uint8Array],
  ['int', (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value],
  ['float', (value) => typeof value === 'number'],
  ['bool', (value) => typeof value === 'boolean'],
  ['time', (value) => typeof value === 'string'],
  ['null', () => true],
]);

/** Checks a value that comes from outside, where no compiler looked. Throws `usage.set-value`, naming the place. */
export function checkedValue(value: unknown, place = 'the value'): Value {
  const { kind, value: content, entries, items } = asRecord(value, place);
  if (kind === 'mapping' && Array.isArray(entries)) {
    for (const entry of entries) checkEntry(entry, place);
  } else if (kind === 'sequence' && Array.isArray(items)) {
    for (const [index, item] of items.entries()) checkedValue(item, `item ${index} of ${place}`);
  } else if (scalarTypes.get(String(kind))?.(content) !== true) {
    throw refusal(place);
  }
  return value as Value;
}

function checkEntry(entry: unknown, place: string): void {
  const { kind, key, value } = asRecord(entry, place);
  if (kind !== 'entry' || typeof key !== 'string') throw refusal(place);
  checkedValue(value, `${JSON.stringify(key)} of ${place}`);
}

function asRecord(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw refusal(place);
  return value as Readonly<Record<string, unknown>>;
}

function refusal(place: string): SopskitError {
  return new SopskitError('usage.set-value', `${place} is not a value of a tree`, {
    hint: "Write it as { kind: 'string', value: 'text' }, { kind: 'int', value: 1n }, { kind: 'mapping', entries: [...] } and so on.",
  });
}

/**
 * Checks the settings of a call: an object, with no name that is not known. Throws `usage.invalid`: a misspelled
 * selector must not encrypt something else.
 */
export function checkSettings(settings: unknown, known: readonly string[], what = 'settings'): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new SopskitError('usage.invalid', `the ${what} are missing`, {
      hint: `Pass an object with ${known.join(', ')}.`,
    });
  }
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SopskitError('usage.invalid', `the ${what} have no field ${JSON.stringify(unknown)}`, {
    hint: `The fields are ${known.join(', ')}.`,
  });
}

/** Checks a file that comes from outside. Throws `usage.invalid`. */
export function checkedInput(input: unknown): string | Uint8Array {
  if (typeof input === 'string' || input instanceof Uint8Array) return input;
  throw new SopskitError('usage.invalid', 'the file is neither text nor bytes', {
    hint: 'Pass a string or a Uint8Array.',
  });
}
