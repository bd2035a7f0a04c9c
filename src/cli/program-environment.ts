import { SopskitError } from '../errors/sopskit-error.ts';
import { decodeText } from '../formats/byte-text.ts';
import { scalarText } from '../formats/scalar-text.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';

/**
 * Turns a decrypted tree into environment variables, as sops does (cmd/sops/main.go, exec-env): strings as they are,
 * other scalars as in a dotenv file (`null` becomes `<nil>`), comments left out. Throws `usage.invalid` for a map or
 * a list, for a key that is no string or holds `=`, and for what no environment can hold.
 */
export function environmentOf(tree: Mapping): Readonly<Record<string, string>> {
  const variables: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const entry of tree.entries) {
    if (entry.kind === 'entry') variables[readName(entry)] = readValue(entry.value, readName(entry));
  }
  return variables;
}

function readName({ key }: Entry): string {
  if (typeof key !== 'string') throw refuse(`a key of type ${key.type} cannot be a variable`, []);
  if (key.includes('=')) throw refuse('a key with "=" in it cannot be a variable', [key]);
  if (key.includes('\0')) throw refuse('a key with a NUL character in it cannot be a variable', [key]);
  return key;
}

function readValue(value: Value, name: string): string {
  if (value.kind === 'mapping' || value.kind === 'sequence') {
    throw refuse(`a ${value.kind === 'mapping' ? 'map' : 'list'} cannot be the value of a variable`, [name]);
  }
  const text = decodeText(scalarText(value));
  if (text === null) throw refuse('a value that is not UTF-8 text cannot be the value of a variable', [name]);
  if (text.includes('\0'))
    throw refuse('a value with a NUL character in it cannot be the value of a variable', [name]);
  return text;
}

function refuse(message: string, path: readonly string[]): SopskitError {
  return new SopskitError('usage.invalid', message, {
    place: { path },
    hint: 'exec-env takes a flat file of scalars; exec-file gives a program the whole file',
  });
}
