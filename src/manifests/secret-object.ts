import { isUtf8 } from 'node:buffer';
import { valueAt } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { fieldsAt, textAt } from './kubernetes-object.ts';
import { leavesBelow, type PlacedScalar } from './leaves-below.ts';
import { standInOf } from './placeholder.ts';
import { isPublic } from './public-value.ts';

/** The fields of a Secret below which everything is secret. */
export const secretFields: readonly string[] = ['data', 'stringData'];

/** Whether an object is a Secret of Kubernetes, and not of another API that has a kind of that name. */
export function isSecretObject({ kind, apiVersion }: KubernetesObject): boolean {
  return kind === 'Secret' && (apiVersion === 'v1' || apiVersion === '');
}

/** A value of a Secret. */
export interface SecretValue extends PlacedScalar {
  /**
   * Whether it is probably no secret itself: it says where or who beside a password that is filled in elsewhere, or is a
   * text of several lines in which something is filled in.
   */
  readonly doubtful: boolean;
}

/**
 * Lists the values of a Secret that give something away: those of `data` and `stringData` that are not empty, do not only
 * stand for a value put in elsewhere, are not public by their nature, and do not begin as the ciphertext of sops does.
 * Paths begin at the document.
 */
export function tellingValues(object: KubernetesObject): readonly SecretValue[] {
  const all = placedValues(object).flatMap(({ leaf, path, field }) => {
    const text = isCiphertext(leaf) ? '' : textOf(leaf, field);
    return text.trim() === '' ? [] : [{ leaf, path, text, standsFor: standInOf(text) }];
  });
  const filledIn = all.some(({ standsFor }) => standsFor !== 'nothing');
  return all
    .filter(({ text, standsFor }) => !isPublic(text) && standsFor !== 'all')
    .filter(({ path, text }) => !isAddress(object.manifest, String(path.at(-1)), text))
    .flatMap(({ leaf, path, text, standsFor }) => {
      const describes = describing.test(String(path.at(-1))) && !hasPassword(text);
      if (standsFor === 'part' && describes && !text.trim().includes('\n')) return [];
      const plain = describes || switching.test(text.trim());
      return [{ leaf, path, doubtful: (filledIn && plain) || standsFor === 'part' }];
    });
}

function placedValues(object: KubernetesObject): (PlacedScalar & { field: string })[] {
  return secretFields.flatMap((field) =>
    fieldsAt(object.manifest, field).flatMap(({ value, path }) =>
      leavesBelow(value, [...object.path, ...path]).map((placed) => ({ ...placed, field })),
    ),
  );
}

/** Lists the values below `data` and `stringData` that are ciphertext of sops. */
export function sealedValues(object: KubernetesObject): readonly PlacedScalar[] {
  return placedValues(object)
    .filter(({ leaf }) => isCiphertext(leaf))
    .map(({ leaf, path }) => ({ leaf, path }));
}

/** Keys of what only says where something is, or who. */
const describing =
  /(?:^|[-_.])(?:user(?:name)?|host(?:name)?|port|server|endpoint|region|bucket|db(?:name)?|database|schema|email|type|name|url|uri)$/i;

/** Values that switch something on or off, or count. */
const switching = /^(?:true|false|yes|no|on|off|enabled|disabled|none|null|\d{1,4})$/i;

/** What a value says: `data` is base64, and of other text no more than it looks. */
export function textOf(leaf: PlacedScalar['leaf'], field: string): string {
  if (leaf.kind !== 'string') return leaf.kind === 'null' ? '' : 'a value';
  return field === 'data' ? (decoded(leaf.value) ?? leaf.value) : leaf.value;
}

/** Returns the text behind base64; `null` where it is none, or no text. */
export function decoded(text: string): string | null {
  const compact = text.replaceAll(/\s/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return null;
  const bytes = Buffer.from(compact, 'base64');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

function isCiphertext(leaf: PlacedScalar['leaf']): boolean {
  return leaf.kind === 'string' && leaf.value.startsWith('ENC[AES256_GCM,');
}

/** Argo CD keeps repositories and clusters as Secrets; where they are is no secret, unless a password is in the address. */
function isAddress(manifest: Mapping, key: string, text: string): boolean {
  const metadata = valueAt(manifest, 'metadata');
  const labels = metadata?.kind === 'mapping' ? valueAt(metadata, 'labels') : undefined;
  if (labels?.kind !== 'mapping' || textAt(labels, 'argocd.argoproj.io/secret-type') === '') return false;
  return ['name', 'server', 'url', 'type', 'project', 'enableOCI'].includes(key) && !hasPassword(text);
}

function hasPassword(address: string): boolean {
  return /:\/\/[^/\s]*@/.test(address);
}
