import { describe, expect, it } from 'vitest';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import {
  decodeBase64,
  encodeBase64,
  type SecretManifest,
  secretTree,
  textOf,
} from '../../src/manifests/secret-manifest.ts';
import { importedSecret, whyForeign } from '../../src/manifests/secret-manifest-import.ts';
import {
  bytesOf,
  entryFor,
  secretEntries,
  secretObjects,
  titleOf,
} from '../../src/manifests/secret-manifest-read.ts';
import {
  checkKey,
  checkName,
  checkNamespace,
  checkSecret,
  isKey,
  maxSecretBytes,
} from '../../src/manifests/secret-manifest-rules.ts';
import type { Mapping } from '../../src/tree/value.ts';

const bare: SecretManifest = {
  name: 'one',
  namespace: null,
  type: 'Opaque',
  labels: new Map(),
  annotations: new Map(),
  immutable: false,
  values: new Map(),
  asText: false,
};
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const parse = (text: string): readonly Mapping[] => yamlFormat.parse(Buffer.from(text)).data;
const print = (tree: Mapping): string => Buffer.from(yamlFormat.emit([tree], { indent: 2 })).toString('utf8');

describe('a Secret that is made', () => {
  it('has its fields in the usual order, and no empty ones', () => {
    expect(print(secretTree(bare))).toBe(
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: one\ntype: Opaque\n',
    );
    const values = new Map([['a', bytes('b')]]);
    const full = { ...bare, namespace: 's', labels: new Map([['l', '1']]), immutable: true, values };
    expect(print(secretTree(full))).toBe(
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: one\n  namespace: s\n  labels:\n    l: "1"\ntype: Opaque\nimmutable: true\ndata:\n  a: Yg==\n',
    );
  });

  it('has text in stringData when asked, and bytes in data all the same', () => {
    const values = new Map([
      ['t', bytes('x\n')],
      ['b', Uint8Array.from([255])],
    ]);
    expect(print(secretTree({ ...bare, values, asText: true }))).toContain(
      'data:\n  b: /w==\nstringData:\n  t: |\n    x\n',
    );
  });

  it.each([
    ['', ''],
    ['Zg==', 'f'],
    ['Zm8=', 'fo'],
    ['Zm\n9v\r\n', 'foo'],
  ])('reads base64 %j', (text, value) => {
    expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes(value)));
  });

  it.each(['Zg', 'Zg=', 'Z===', 'Zg==x', 'Z g==', '-_==', 'a b'])('takes %j for no base64', (text) => {
    expect(decodeBase64(text)).toBeNull();
  });

  it('writes base64 on one line', () => {
    expect(encodeBase64(new Uint8Array(300))).toBe('A'.repeat(400));
  });

  it.each([
    [[0xff], null],
    [[0], null],
    [[0x1b], null],
    [[0x41, 0x0a, 0x09, 0x0d], 'A\n\t\r'],
    [[0xc3, 0xb6], 'ö'],
    [[], ''],
  ])('knows text from bytes: %j', (value, text) => expect(textOf(Uint8Array.from(value))).toBe(text));
});

describe('what Kubernetes takes', () => {
  it.each(['a', 'a-b.c', '1', `${'a'.repeat(63)}.b`])('the name %s', (name) =>
    expect(() => checkName(name)).not.toThrow(),
  );
  it.each(['', 'A', 'a_b', '-a', 'a-', 'a..b', `${'a'.repeat(64)}`, 'a/b', 'ä', `${'a.'.repeat(130)}a`])(
    'not the name %s',
    (name) => expect(() => checkName(name)).toThrow('name of a Secret'),
  );
  it.each(['a.b', 'A', ''])('not the namespace %s', (name) =>
    expect(() => checkNamespace(name)).toThrow('namespace'),
  );
  it.each(['a', 'A_b-c.d', '.dockerconfigjson', '...'.slice(2)])('the key %s', (key) =>
    expect(isKey(key)).toBe(key !== '.'),
  );
  it.each(['', '.', '..', '..a', 'a/b', 'a b', 'a=b', 'ä', 'a'.repeat(254)])('not the key %s', (key) => {
    expect(() => checkKey(key)).toThrow('key of a value');
  });

  it('1 MiB of values, and not a byte more', () => {
    const half = new Uint8Array(maxSecretBytes / 2);
    const values = new Map([
      ['a', half],
      ['b', half],
    ]);
    expect(() => checkSecret({ ...bare, values })).not.toThrow();
    values.set('c', new Uint8Array(1));
    expect(() => checkSecret({ ...bare, values })).toThrow(`${maxSecretBytes + 1} bytes`);
  });

  it.each([
    ['kubernetes.io/tls', ['tls.crt'], 'tls.key'],
    ['kubernetes.io/ssh-auth', [], 'ssh-privatekey'],
    ['kubernetes.io/basic-auth', [], 'username or password'],
    ['kubernetes.io/dockercfg', ['.dockercfg'], 'not JSON'],
    ['two words', ['a'], 'type of the Secret'],
  ])('not a %s without what belongs to it', (type, keys, said) => {
    const values = new Map(keys.map((key) => [key, bytes('x')]));
    expect(() => checkSecret({ ...bare, type, values })).toThrow(said);
  });

  it('a type with what belongs to it', () => {
    const values = new Map([['password', bytes('x')]]);
    expect(() => checkSecret({ ...bare, type: 'kubernetes.io/basic-auth', values })).not.toThrow();
  });

  it.each([
    ['a b', ''],
    ['a', 'x y'],
    ['a', 'x'.repeat(64)],
    ['a/b/c', ''],
    ['A.B/c', ''],
  ])('not the label %s=%s', (key, value) => {
    expect(() => checkSecret({ ...bare, labels: new Map([[key, value]]) })).toThrow('label');
  });
});

describe('Secrets in a file', () => {
  const branches = parse(`apiVersion: v1
kind: Secret
metadata: {name: a, namespace: n}
data: {k: dg==, both: MQ==, n: null, i: 5}
stringData: {both: two}
---
apiVersion: v1
kind: List
items:
  # comment
  - {apiVersion: v1, kind: ConfigMap, data: {k: v}}
  - {apiVersion: v1, kind: Secret, metadata: {name: b}, data: {k: dg==}}
---
apiVersion: v1
kind: SecretList
items:
  - {metadata: {name: c}, data: {k: dg==}}
---
kind: Secret
apiVersion: other/v1
data: {k: dg==}
`);

  it('are found, in Lists too', () => {
    const found = secretObjects(branches);
    expect(found.map(titleOf)).toEqual(['Secret n/a', 'Secret b', 'Secret c']);
    expect(found.map(({ branch, path }) => [branch, path])).toEqual([
      [0, []],
      [1, ['items', 2]],
      [2, ['items', 0]],
    ]);
  });

  it('have values, of which stringData wins', () => {
    const [first] = secretObjects(branches);
    if (first === undefined) throw new Error('none');
    expect(secretEntries(first).map(({ field, key }) => `${field}/${key}`)).toEqual([
      'data/k',
      'data/both',
      'data/n',
      'data/i',
      'stringData/both',
    ]);
    expect(entryFor(first, 'both')?.path).toEqual(['stringData', 'both']);
    expect(entryFor(first, 'none')).toBeNull();
    const read = (key: string) => {
      const entry = entryFor(first, key);
      const value = entry === null ? null : bytesOf(entry);
      return value === null ? null : Buffer.from(value).toString('utf8');
    };
    expect([read('k'), read('both'), read('n'), read('i')]).toEqual(['v', 'two', '', null]);
  });
});

describe('a Secret that is imported', () => {
  it('keeps what is the user’s, and drops what is empty', () => {
    const [live] = parse(`apiVersion: v1
data: {k: dg==}
immutable: true
kind: Secret
metadata:
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":"CANARY"}'}
  creationTimestamp: null
  finalizers: [x]
  generateName: a-
  labels: {}
  name: a
  selfLink: /x
status: {}
stringData: null
type: Opaque
`);
    const { tree, removed, warnings } = importedSecret(live as Mapping);
    expect(print(tree)).toBe(
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ntype: Opaque\nimmutable: true\ndata:\n  k: dg==\n',
    );
    expect(removed).toEqual([
      'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]',
      'metadata.creationTimestamp',
      'metadata.finalizers',
      'metadata.generateName',
      'metadata.selfLink',
      'status',
    ]);
    expect(warnings).toEqual([]);
  });

  it('is not one that the cluster makes for itself', () => {
    expect(whyForeign('helm.sh/release.v1')).toContain('Helm');
    expect(whyForeign('kubernetes.io/service-account-token')).not.toBeNull();
    expect(whyForeign('kubernetes.io/tls')).toBeNull();
    expect(whyForeign(null)).toBeNull();
  });
});
