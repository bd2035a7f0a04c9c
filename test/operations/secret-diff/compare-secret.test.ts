import { describe, expect, it } from 'vitest';
import { formatNamed } from '../../../src/formats/registry.ts';
import { compareSecret } from '../../../src/operations/secret-diff/compare-secret.ts';
import { type SecretState, stateOf } from '../../../src/operations/secret-diff/compared.ts';
import { looksSealedText } from '../../../src/operations/secret-diff/sealed-text.ts';
import {
  agreedSecret,
  type StoredSecret,
  storedSecret,
  withoutValues,
} from '../../../src/operations/secret-diff/stored-secret.ts';

async function stored(yaml: string, isSealed?: (text: string) => boolean): Promise<StoredSecret> {
  const text = `apiVersion: v1\nkind: Secret\n${yaml}`;
  const [manifest] = (await formatNamed('yaml')).parse(Buffer.from(text)).branches;
  if (manifest === undefined) throw new Error('no manifest');
  return storedSecret(manifest, isSealed);
}

const none = { labels: new Set<string>(), annotations: new Set<string>() };

async function told(repository: string, cluster: string, isSealed = false): Promise<string[]> {
  const one = await stored(repository, isSealed ? looksSealedText : undefined);
  return compareSecret(one, await stored(cluster), none).map(
    ({ field, key, change }) => `${change} ${field}${key === null ? '' : ` ${key}`}`,
  );
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('comparing a Secret', () => {
  it.each([
    ['stringData is in data', 'stringData: {a: x}', `data: {a: ${base64('x')}}`, []],
    ['stringData wins', `data: {a: ${base64('y')}}\nstringData: {a: x}`, `data: {a: ${base64('x')}}`, []],
    ['base64 may be folded', 'data: {a: "eHh4\\neHh4"}', `data: {a: ${base64('xxxxxx')}}`, []],
    ['null is empty', 'data: {a: null}', 'data: {a: ""}', []],
    ['Opaque is the default', 'data: {}', 'type: Opaque', []],
    ['no flag is false', 'immutable: false', 'data: {}', []],
    ['another type', 'type: a/b', 'type: Opaque', ['changed type']],
    ['another flag', 'immutable: true', 'data: {}', ['changed immutable']],
    ['more in the repository', 'stringData: {a: x}', 'data: {}', ['added data a']],
    ['more in the cluster', 'data: {}', `data: {a: ${base64('x')}}`, ['removed data a']],
    ['another value', 'stringData: {a: x}', `data: {a: ${base64('X')}}`, ['changed data a']],
    ['a line break more', 'stringData: {a: "x\\n"}', `data: {a: ${base64('x')}}`, ['changed data a']],
    ['no base64', 'data: {a: "!"}', `data: {a: ${base64('x')}}`, ['refused data a']],
    ['no text', 'stringData: {a: 1}', 'data: {}', ['refused data a']],
    ['a label more', 'metadata: {labels: {l: v}}', 'data: {}', ['added label l']],
    ['another label', 'metadata: {labels: {l: v}}', 'metadata: {labels: {l: w}}', ['changed label l']],
    ['labels of others', 'data: {}', 'metadata: {labels: {l: v}, annotations: {a: b}}', []],
    ['an empty annotation', 'metadata: {annotations: {a: null}}', 'metadata: {annotations: {a: ""}}', []],
  ])('%s', async (_, repository, cluster, expected) => {
    expect(await told(repository, cluster)).toEqual(expected);
  });

  it('tells of ciphertext in the cluster, whatever the repository has', async () => {
    const cipher = 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]';
    const live = `data: {a: ${base64(cipher)}}`;
    expect(await told('stringData: {a: x}', live)).toEqual(['ciphertext data a']);
    expect(await told(`stringData: {a: "${cipher}"}`, live)).toEqual(['ciphertext data a']);
    expect(await told('data: {}', live)).toEqual(['ciphertext data a']);
  });

  it('takes ciphertext for the value where it is meant to be', async () => {
    const cipher = 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]';
    const compared = async (live: string): Promise<string[]> =>
      compareSecret(
        await stored(`stringData: {a: "${cipher}"}`),
        await stored(`data: {a: ${base64(live)}}`),
        none,
        true,
      ).map(({ change }) => change);
    expect(await compared(cipher)).toEqual([]);
    expect(await compared(cipher.replace('data:x', 'data:y'))).toEqual(['changed']);
    expect(await compared('opened')).toEqual(['changed']);
  });

  it('never calls equal what is not known', async () => {
    const cipher = '"ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]"';
    const live = `data: {a: ${base64('x')}, c: ${base64('x')}}\nmetadata: {labels: {l: v}}`;
    const sealed = `data: {a: ${cipher}, b: ${cipher}}\nmetadata: {labels: {l: ${cipher}}}\ntype: ${cipher}`;
    expect(await told(sealed, live, true)).toEqual([
      'unknown type',
      'unknown data a',
      'added data b',
      'removed data c',
      'unknown label l',
    ]);
  });

  it('takes labels of the cluster that are its surplus', async () => {
    const [one, other] = [await stored('data: {}'), await stored('metadata: {labels: {l: v, m: w}}')];
    const surplus = { labels: new Set(['l']), annotations: new Set<string>() };
    expect(compareSecret(one, other, surplus)).toMatchObject([
      { field: 'label', key: 'l', change: 'removed' },
    ]);
  });

  it('knows of two readings only what both have', async () => {
    const one = await stored('stringData: {a: x, b: y}\nmetadata: {labels: {l: v, owner: o}}');
    const other = await stored('stringData: {a: x, b: z, c: z}\nmetadata: {labels: {l: w}}');
    const agreed = agreedSecret(one, other);
    expect([...agreed.values].map(([key, { kind }]) => [key, kind])).toEqual([
      ['a', 'known'],
      ['b', 'unknown'],
      ['c', 'unknown'],
    ]);
    expect([...agreed.labels]).toEqual([
      ['l', null],
      ['owner', 'o'],
    ]);
    const kinds = [...withoutValues(one).values.values()].map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['unknown']));
  });

  it.each<[readonly ('added' | 'unknown')[], SecretState]>([
    [[], 'same'],
    [['unknown'], 'unknown'],
    [['unknown', 'added'], 'different'],
  ])('comes with %j to %s', (changes, state) => {
    const common = { field: 'data', key: 'a', repository: null, cluster: null } as const;
    expect(stateOf(changes.map((change) => ({ ...common, change })))).toBe(state);
  });
});
