import { SopskitError } from '../../errors/sopskit-error.ts';
import { formatNamed } from '../../formats/registry.ts';
import type { Value } from '../../tree/value.ts';

/**
 * Reads the JSON text of `set` as sops types it: a number on its own is a float, numbers inside maps and lists are
 * ints where they can be. Throws `usage.set-value`.
 */
export async function readSetValue(text: string): Promise<Value> {
  const parsed = parseJson(text);
  if (typeof parsed === 'number') return floatOf(parsed);
  const json = await formatNamed('json');
  const [branch] = json.parse(Buffer.from(`{"value":${text}}`, 'utf8')).branches;
  const [entry] = branch?.entries ?? [];
  if (entry?.kind !== 'entry') throw notJson();
  return entry.value;
}

/** Go's JSON refuses a number that no float can hold. */
function floatOf(value: number): Value {
  if (!Number.isFinite(value)) throw notJson();
  return { kind: 'float', value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

function notJson(): SopskitError {
  return new SopskitError('usage.set-value', 'the value is not JSON', {
    hint: `Quote a string twice: sopskit set FILE '["key"]' '"value"', or pass it on standard input with --value-stdin.`,
  });
}
