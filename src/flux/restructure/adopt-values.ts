import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../../tree/value.ts';

/** Values of a Helm release, divided into those that may be read and those that go into a Secret. */
export interface DividedValues {
  readonly plain: Mapping;
  readonly secret: Mapping;
  /** Paths of what is secret, printed: `auth.password`. A list with a secret in it is secret as a whole. */
  readonly paths: readonly string[];
}

/** Names of values that are secret. */
const secretKey =
  /pass(?:word|wd|phrase|code)?s?$|pwd$|secrets?$|tokens?$|credentials?$|(?:private|api|access|secret|encryption|signing|license|master|account|shared|ssh|tls|hmac)[-_]?keys?$|htpasswd|dsn$|connection[-_]?string$|salt$|cookie$/i;
/** Names of values below which all is secret. */
const secretFolder = /^(?:secrets?|secret(?:data|env|envs|values)|credentials?|stringData)$/i;
/** What only names something that is secret. */
const mereName =
  /^existing|(?:name|names|ref|refs|namespace|path|file|filename|type|enabled|policy|class|mount|mountpath|provider|image|algorithm|length|expiry|ttl)$/i;
const secretText = /-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]{0,200}:[^@\s]{1,200}@/;

/**
 * Divides the values of a release. Secret is what is called so (`password`, `apiKey`, …), what looks so (a private key, an
 * address with a password), and what stands at or below one of `named` (`a.b.c`, list items as `a[0]`).
 */
export function dividedValues(values: Mapping, named: readonly string[]): DividedValues {
  const paths: string[] = [];
  const divided = divide(values, { at: '', below: false, named, paths });
  return {
    plain: asMapping(divided.plain),
    secret: asMapping(divided.secret),
    paths,
  };
}

interface Where {
  /** Printed path. */
  readonly at: string;
  readonly below: boolean;
  readonly named: readonly string[];
  readonly paths: string[];
}

interface Halves {
  readonly plain: Value | undefined;
  readonly secret: Value | undefined;
}

function divide(value: Value, where: Where): Halves {
  if (value.kind === 'mapping' && value.entries.length > 0) return divideMapping(value, where);
  const isSecret = where.below || where.named.includes(where.at) || hasSecret(value, where);
  if (!isSecret) return { plain: value, secret: undefined };
  where.paths.push(where.at);
  return { plain: undefined, secret: value };
}

function divideMapping(mapping: Mapping, where: Where): Halves {
  const [plain, secret]: [Entry[], Entry[]] = [[], []];
  for (const entry of entriesOf(mapping)) {
    const halves = divide(entry.value, inside(where, String(entry.key), entry.value));
    if (halves.plain !== undefined) plain.push({ ...entry, value: halves.plain });
    if (halves.secret !== undefined) secret.push({ ...entry, value: halves.secret });
  }
  return {
    plain: plain.length === 0 && secret.length > 0 ? undefined : { kind: 'mapping', entries: plain },
    secret: secret.length === 0 ? undefined : { kind: 'mapping', entries: secret },
  };
}

function inside({ at, below, named, paths }: Where, key: string, value: Value): Where {
  const next = at === '' ? key : `${at}.${key}`;
  const isFolder = value.kind === 'mapping' && secretFolder.test(key) && !isReference(value);
  return {
    at: next,
    below: below || named.includes(next) || isFolder || isSecretLeaf(key, value),
    named,
    paths,
  };
}

/** `secret: { name: x, key: y }` names a Secret of the cluster. */
function isReference(mapping: Mapping): boolean {
  return (
    valueAt(mapping, 'name') !== undefined ||
    valueAt(mapping, 'create') !== undefined ||
    valueAt(mapping, 'enabled') !== undefined
  );
}

function isSecretLeaf(key: string, value: Value): boolean {
  if (value.kind === 'string') return value.value !== '' && secretKey.test(key) && !mereName.test(key);
  return value.kind === 'int' && secretKey.test(key) && !mereName.test(key);
}

/** A text by what it looks like, a list by what is in it: lists are not merged, so one goes as a whole. */
function hasSecret(value: Value, where: Where): boolean {
  if (value.kind === 'string') return secretText.test(value.value);
  if (value.kind === 'mapping')
    return (
      isNamedVariable(value) ||
      entriesOf(value).some(({ key, value: below }) => {
        const at = inside(where, String(key), below);
        return (at.below && isFull(below)) || hasSecret(below, at);
      })
    );
  if (value.kind !== 'sequence') return false;
  return value.items.some((item, index) => {
    const at = `${where.at}[${index}]`;
    return item.kind !== 'comment' && (where.named.includes(at) || hasSecret(item, { ...where, at }));
  });
}

function isFull(value: Value): boolean {
  return value.kind !== 'null' && !(value.kind === 'mapping' && value.entries.length === 0);
}

/** `{ name: DB_PASSWORD, value: … }`. */
function isNamedVariable(item: Mapping): boolean {
  const [name, value] = [valueAt(item, 'name'), valueAt(item, 'value')];
  return (
    name?.kind === 'string' && value?.kind === 'string' && value.value !== '' && secretKey.test(name.value)
  );
}

function asMapping(value: Value | undefined): Mapping {
  return value?.kind === 'mapping' ? value : { kind: 'mapping', entries: [] };
}
