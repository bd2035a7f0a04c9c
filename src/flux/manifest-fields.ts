import { SopskitError } from '../errors/sopskit-error.ts';
import { entriesOf, valueAt } from '../tree/mapping.ts';
import { type Path, printPath } from '../tree/path.ts';
import type { Mapping, Value } from '../tree/value.ts';

/**
 * Reads the fields of an object as the API server checks them: what is null counts as absent, and what is of another type
 * than the schema says throws `flux.manifest`, which names the object and the field.
 */
export class ManifestFields {
  /** The object, for messages: `Kustomization flux-system/apps`. */
  readonly subject: string;
  readonly path: Path;
  readonly mapping: Mapping;

  constructor(subject: string, mapping: Mapping, path: Path = []) {
    this.subject = subject;
    this.mapping = mapping;
    this.path = path;
  }

  value(key: string): Value | null {
    const value = valueAt(this.mapping, key);
    return value === undefined || value.kind === 'null' ? null : value;
  }

  /** A text; `null` where it is absent, and where it is empty. */
  text(key: string): string | null {
    const value = this.value(key);
    if (value === null) return null;
    if (value.kind !== 'string') throw this.wrong(key, 'a text', value);
    return value.value === '' ? null : value.value;
  }

  requiredText(key: string): string {
    const text = this.text(key);
    if (text === null) throw this.missing(key);
    return text;
  }

  /** A text that has to be one of a list. */
  choice<Name extends string>(key: string, names: readonly Name[]): Name | null {
    const text = this.text(key);
    if (text === null) return null;
    const found = names.find((name) => name === text);
    if (found === undefined) throw this.wrong(key, `one of ${names.join(', ')}`);
    return found;
  }

  flag(key: string): boolean {
    return this.optionalFlag(key) ?? false;
  }

  requiredFlag(key: string): boolean {
    const flag = this.optionalFlag(key);
    if (flag === null) throw this.missing(key);
    return flag;
  }

  optionalFlag(key: string): boolean | null {
    const value = this.value(key);
    if (value === null) return null;
    if (value.kind !== 'bool') throw this.wrong(key, 'true or false', value);
    return value.value;
  }

  /** Texts by name; none where it is absent. */
  texts(key: string): ReadonlyMap<string, string> {
    const below = this.below(key);
    const found = new Map<string, string>();
    if (below === null) return found;
    for (const { key: name, value } of entriesOf(below.mapping)) {
      if (value.kind === 'null') continue;
      if (value.kind !== 'string') throw below.wrong(String(name), 'a text (in quotes)', value);
      found.set(String(name), value.value);
    }
    return found;
  }

  /** The fields of a mapping below; `null` where it is absent. */
  below(key: string): ManifestFields | null {
    const value = this.value(key);
    if (value === null) return null;
    if (value.kind !== 'mapping') throw this.wrong(key, 'a mapping', value);
    return new ManifestFields(this.subject, value, [...this.path, key]);
  }

  requiredBelow(key: string): ManifestFields {
    const below = this.below(key);
    if (below === null) throw this.missing(key);
    return below;
  }

  /** The items of a list, as they stand; none where it is absent. */
  list(key: string): readonly Value[] {
    const value = this.value(key);
    if (value === null) return [];
    if (value.kind !== 'sequence') throw this.wrong(key, 'a list', value);
    return value.items.filter((item) => item.kind !== 'comment');
  }

  /** The items of a list of mappings. */
  items(key: string): readonly ManifestFields[] {
    return this.list(key).map((item, index) => {
      if (item.kind !== 'mapping') throw this.wrongItem(key, index, 'a mapping', item);
      return new ManifestFields(this.subject, item, [...this.path, key, index]);
    });
  }

  /** The items of a list of texts. */
  textItems(key: string): readonly string[] {
    return this.list(key).map((item, index) => {
      if (item.kind !== 'string') throw this.wrongItem(key, index, 'a text', item);
      return item.value;
    });
  }

  missing(key: string): SopskitError {
    return this.#refusal([...this.path, key], 'is required', undefined);
  }

  wrong(key: string, expected: string, found: Value | null = this.value(key)): SopskitError {
    return this.#refusal([...this.path, key], `has to be ${expected}`, found ?? undefined);
  }

  wrongItem(key: string, index: number, expected: string, found: Value): SopskitError {
    return this.#refusal([...this.path, key, index], `has to be ${expected}`, found);
  }

  #refusal(path: Path, problem: string, found: Value | undefined): SopskitError {
    const place = { path, ...(found?.line === undefined ? {} : { line: found.line }) };
    const what = found === undefined ? '' : `, and is ${nameOf[found.kind]}`;
    return new SopskitError('flux.manifest', `${this.subject}: ${printPath(path)} ${problem}${what}`, {
      place,
      hint: 'The API server refuses such an object, and with it all that is applied together with it: correct the field.',
    });
  }
}

const nameOf: Readonly<Record<Value['kind'], string>> = {
  string: 'another text',
  bytes: 'bytes',
  int: 'a number',
  float: 'a number',
  bool: 'true or false',
  time: 'a date',
  null: 'null',
  odd: 'of no type that it could have',
  mapping: 'a mapping',
  sequence: 'a list',
};
