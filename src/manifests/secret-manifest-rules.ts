import { SopskitError } from '../errors/sopskit-error.ts';
import type { SecretManifest } from './secret-manifest.ts';

/** What Kubernetes takes for all values of a Secret together (core.MaxSecretSize). */
export const maxSecretBytes: number = 1024 * 1024;

/** What a Secret of a type must hold (pkg/apis/core/validation, ValidateSecret). */
const requiredKeys: ReadonlyMap<
  string,
  { readonly all?: readonly string[]; readonly any?: readonly string[] }
> = new Map([
  ['kubernetes.io/tls', { all: ['tls.crt', 'tls.key'] }],
  ['kubernetes.io/dockerconfigjson', { all: ['.dockerconfigjson'] }],
  ['kubernetes.io/dockercfg', { all: ['.dockercfg'] }],
  ['kubernetes.io/ssh-auth', { all: ['ssh-privatekey'] }],
  ['kubernetes.io/basic-auth', { any: ['username', 'password'] }],
]);

/** Checks a Secret as the API server would. Throws `manifest.invalid`, which quotes no value and no key that is wrong. */
export function checkSecret(manifest: SecretManifest): void {
  checkName(manifest.name);
  if (manifest.namespace !== null) checkNamespace(manifest.namespace);
  for (const [key, value] of manifest.labels) checkLabel(key, value);
  for (const key of manifest.annotations.keys()) checkQualified(key, 'an annotation');
  for (const key of manifest.values.keys()) checkKey(key);
  checkSize([...manifest.values.values()].reduce((sum, bytes) => sum + bytes.length, 0));
  checkType(manifest);
}

/** Throws `manifest.invalid` for a name that is no DNS subdomain (RFC 1123). */
export function checkName(name: string): void {
  if (name.length <= 253 && name.split('.').every(isLabel)) return;
  throw invalid(
    'the name of a Secret has lower-case letters, digits, "-" and "." only, starts and ends with a letter or digit, and is at most 253 long',
    'Kubernetes would refuse this one.',
  );
}

export function checkNamespace(name: string): void {
  if (isLabel(name)) return;
  throw invalid(
    'a namespace has lower-case letters, digits and "-" only, starts and ends with a letter or digit, and is at most 63 long',
    'Kubernetes would refuse this one.',
  );
}

/** Throws `manifest.invalid` for a text that is no key of a Secret; it may be a value in the wrong place. */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw invalid(
    'the key of a value has letters, digits, "-", "_" and "." only, and is at most 253 long',
    key.includes('=')
      ? 'Give the key alone: a value on the command line can be seen by every user of the machine.'
      : 'Kubernetes would refuse this one. A key does not begin with "..", and is not "." either.',
  );
}

/** Whether Kubernetes takes a text for a key of a Secret (validation.IsConfigMapKey). */
export function isKey(key: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..');
}

/** Throws `manifest.invalid` where the values are too long together. */
export function checkSize(bytes: number): void {
  if (bytes <= maxSecretBytes) return;
  throw invalid(
    `the values have ${bytes} bytes together; Kubernetes takes ${maxSecretBytes} (1 MiB) in one Secret`,
    'Split it, or keep the large part elsewhere.',
  );
}

function checkType({ type, values }: SecretManifest): void {
  if (!/^[\x21-\x7e]{1,253}$/.test(type))
    throw invalid('the type of the Secret is empty, too long, or has blanks in it');
  const { all = [], any = [] } = requiredKeys.get(type) ?? {};
  const missing = all.filter((key) => !values.has(key));
  if (missing.length > 0) throw lacking(type, missing.join(' and '));
  if (any.length > 0 && !any.some((key) => values.has(key))) throw lacking(type, any.join(' or '));
  for (const key of ['.dockerconfigjson', '.dockercfg']) {
    const bytes = all.includes(key) ? values.get(key) : undefined;
    if (bytes !== undefined && !isJson(bytes))
      throw invalid(`${key} is not JSON, as a Secret of type ${type} must have it`);
  }
}

function lacking(type: string, keys: string): SopskitError {
  return invalid(`a Secret of type ${type} needs the key ${keys}`, 'Kubernetes would refuse it without.');
}

/** The label's name, and a value of at most 63 characters. */
export function checkLabel(key: string, value: string): void {
  checkQualified(key, 'a label');
  if (value === '' || /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value)) return;
  throw invalid(
    `the value of the label ${key} has characters that Kubernetes does not take, or is longer than 63`,
  );
}

function checkQualified(key: string, what: string): void {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : null;
  const fits =
    parts.length <= 2 &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name) &&
    (prefix === null || (prefix.length <= 253 && prefix.split('.').every(isLabel)));
  if (!fits)
    throw invalid(`the name of ${what} is none that Kubernetes takes`, 'Write it as name or domain/name.');
}

function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string, hint?: string): SopskitError {
  return new SopskitError('manifest.invalid', message, hint === undefined ? {} : { hint });
}
