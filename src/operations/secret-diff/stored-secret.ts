import { bytesOf, secretEntries } from '../../manifests/secret-manifest-read.ts';
import { Secret } from '../../secret/secret.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { looksSealedText } from './sealed-text.ts';

/** A Secret as the API server keeps it: `stringData` is in `data`, base64 is decoded, defaults are filled in. */
export interface StoredSecret {
  /** `null`: not known. */
  readonly type: string | null;
  readonly immutable: boolean | null;
  readonly values: ReadonlyMap<string, StoredValue>;
  readonly labels: ReadonlyMap<string, StoredText>;
  readonly annotations: ReadonlyMap<string, StoredText>;
}

export type StoredValue =
  | { readonly kind: 'known'; readonly bytes: Secret }
  /** It is encrypted and cannot be opened here, or hangs on a variable that is not known. */
  | { readonly kind: 'unknown' }
  /** Kubernetes would refuse it: no base64, no text. */
  | { readonly kind: 'refused' };

/** `null`: not known. */
export type StoredText = string | null;

/**
 * Reads a Secret's manifest. `isSealed`: tells which texts stand for something that is not known; absent: none does.
 */
export function storedSecret(manifest: Mapping, isSealed: IsSealed = () => false): StoredSecret {
  const object = { manifest, path: [], branch: 0, name: null, namespace: null, type: null };
  const values = new Map<string, StoredValue>();
  for (const entry of secretEntries(object)) {
    const { key, value, field } = entry;
    const sealed = value.kind === 'string' && isSealed(shownText(value.value, field));
    const bytes = sealed ? null : bytesOf(entry);
    if (sealed) values.set(key, { kind: 'unknown' });
    else if (bytes === null) values.set(key, { kind: 'refused' });
    else values.set(key, { kind: 'known', bytes: new Secret(bytes) });
  }
  const type = valueAt(manifest, 'type');
  const immutable = valueAt(manifest, 'immutable');
  return {
    type: textFor(type, 'Opaque', isSealed),
    immutable: immutable?.kind === 'bool' ? immutable.value : isUnknown(immutable, isSealed) ? null : false,
    values,
    labels: textsAt(manifest, 'labels', isSealed),
    annotations: textsAt(manifest, 'annotations', isSealed),
  };
}

type IsSealed = (text: string) => boolean;

/** Ciphertext of sops stands in `data` as it is; a whole encrypted file stands there in base64. */
function shownText(text: string, field: 'data' | 'stringData'): string {
  return field === 'stringData' || looksSealedText(text)
    ? text
    : Buffer.from(text, 'base64').toString('latin1');
}

function textFor(value: Value | undefined, fallback: string, isSealed: IsSealed): StoredText {
  if (value?.kind !== 'string') return fallback;
  return isSealed(value.value) ? null : value.value || fallback;
}

function isUnknown(value: Value | undefined, isSealed: IsSealed): boolean {
  return value?.kind === 'string' && isSealed(value.value);
}

function textsAt(manifest: Mapping, field: string, isSealed: IsSealed): ReadonlyMap<string, StoredText> {
  const metadata = valueAt(manifest, 'metadata');
  const map = metadata?.kind === 'mapping' ? valueAt(metadata, field) : undefined;
  const texts = new Map<string, StoredText>();
  for (const { key, value } of map?.kind === 'mapping' ? entriesOf(map) : []) {
    if (value.kind === 'string') texts.set(String(key), isSealed(value.value) ? null : value.value);
    else if (value.kind === 'null') texts.set(String(key), '');
  }
  return texts;
}

/** What two Secrets agree in; all else is not known. Of one whose variables are not known, with two values for them. */
export function agreedSecret(one: StoredSecret, other: StoredSecret): StoredSecret {
  const values = new Map<string, StoredValue>();
  for (const key of new Set([...one.values.keys(), ...other.values.keys()])) {
    const [a, b] = [one.values.get(key), other.values.get(key)];
    const same = a?.kind === 'known' && b?.kind === 'known' && isSameValue(a.bytes, b.bytes);
    values.set(key, same ? a : { kind: 'unknown' });
  }
  return {
    type: one.type === other.type ? one.type : null,
    immutable: one.immutable === other.immutable ? one.immutable : null,
    values,
    labels: agreedTexts(one.labels, other.labels),
    annotations: agreedTexts(one.annotations, other.annotations),
  };
}

/** What only the first has was put in after the variables: labels of the Kustomization. */
function agreedTexts(
  one: ReadonlyMap<string, StoredText>,
  other: ReadonlyMap<string, StoredText>,
): ReadonlyMap<string, StoredText> {
  return new Map(
    [...one].map(([key, text]) => [key, other.has(key) && other.get(key) !== text ? null : text]),
  );
}

/** The same Secret with nothing known of its values: of a Kustomization whose own spec is not known. */
export function withoutValues(secret: StoredSecret): StoredSecret {
  const none = (texts: ReadonlyMap<string, StoredText>): ReadonlyMap<string, StoredText> =>
    new Map([...texts.keys()].map((key) => [key, null]));
  return {
    type: secret.type,
    immutable: secret.immutable,
    values: new Map([...secret.values.keys()].map((key) => [key, { kind: 'unknown' }])),
    labels: none(secret.labels),
    annotations: none(secret.annotations),
  };
}

export function isSameValue(one: Secret, other: Secret): boolean {
  return one.lend((a) => other.lend((b) => Buffer.compare(a, b) === 0));
}
