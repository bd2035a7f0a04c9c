import { SopskitError } from '../../errors/sopskit-error.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { requireCreatedAt } from '../created-at.ts';
import { textField } from '../fields.ts';
import type { KeySession, KeySource, MasterKey, RecipientOptions } from '../key-source.ts';

/** A kind of key that this release reads, shows, compares and keeps, but cannot use. */
export interface ForeignKind extends Pick<KeySource, 'name' | 'flag' | 'ruleField' | 'groupField'> {
  /** What people call it: `AWS KMS`. */
  readonly title: string;
  /** The metadata fields of the recipients in a text. Throws `key.invalid`. */
  read(text: string, options: RecipientOptions): readonly Mapping[];
  /** The metadata fields of a `key_groups` item that is a map. Throws `key.invalid`. */
  readFields?(fields: Mapping): Mapping;
  /** What sops shows and compares (`ToString` of its master key), from metadata fields. */
  idOf(fields: Mapping): string;
}

/** Makes the source of such a kind; wrapping and unwrapping throw `key.unsupported`. */
export function foreignSource(kind: ForeignKind): KeySource {
  const { name, flag, ruleField, groupField, readFields } = kind;
  const keyOf = (fields: Mapping): MasterKey => ({ source: name, id: kind.idOf(fields), fields, enc: null });
  return {
    name,
    flag,
    ruleField,
    groupField,
    parse: (text, options = {}) => (text === '' ? [] : kind.read(text, options).map(keyOf)),
    ...(readFields === undefined
      ? {}
      : { parseFields: (fields: Mapping) => keyOf(readFields.call(kind, fields)) }),
    decode(fields) {
      requireCreatedAt(fields, name);
      return { ...keyOf(fields), enc: textField(fields, 'enc') || null };
    },
    open: () => sessionOf(kind.title),
  };
}

function sessionOf(title: string): KeySession {
  const refuse = (key: MasterKey, hint: string): Promise<never> => {
    const message = `${title} key ${key.id}: this release of sopskit cannot use ${title} keys`;
    return Promise.reject(new SopskitError('key.unsupported', message, { hint }));
  };
  return {
    wrap: (key) => refuse(key, 'Encrypt this file with `sops`, or for age or PGP keys only.'),
    unwrap: (key) => refuse(key, 'Use an age or PGP key of this file, or open it with `sops`.'),
  };
}

/** Makes metadata fields; empty texts and absent values are left out. */
export function fieldsOf(fields: Readonly<Record<string, string | Value | undefined>>): Mapping {
  return mappingOf(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? (value === '' ? undefined : stringOf(value)) : value,
    ]),
  );
}

export function invalidKey(title: string, text: string, expected: string): SopskitError {
  return new SopskitError('key.invalid', `"${text}" is no ${title} key`, {
    hint: `It must look like ${expected}.`,
  });
}
