import { describe, expect, it } from 'vitest';
import { policyOf, resolveRule } from '../../src/config/encryption-rule.ts';
import type { KeyGroupOptions } from '../../src/config/key-groups.ts';
import { keyGroupsOf } from '../../src/config/key-groups.ts';
import { mappingOf, stringOf } from '../../src/tree/mapping.ts';
import { configOf } from './config-text.ts';
import { fakeSources } from './fake-sources.ts';

function ruleOf(fields: string) {
  const [rule] = configOf(`creation_rules:\n  - ${fields.replaceAll('\n', '\n    ')}\n`).creationRules ?? [];
  if (rule === undefined) throw new Error('the test has no rule');
  return rule;
}

function idsOf(fields: string, options?: KeyGroupOptions): string[][] {
  return keyGroupsOf(ruleOf(fields), fakeSources, options).map((group) =>
    group.map((key) => `${key.source} ${key.id}`),
  );
}

describe('keyGroupsOf', () => {
  it('puts the keys of a rule in the order of sops, whatever theirs is', () => {
    const fields = `hc_vault_transit_uri: https://v/v1/t/keys/k
azure_keyvault: https://z/keys/k/1
hckms: [r:u]
gcp_kms: g1, g2
kms: arn:1,arn:2
aws_profile: prod
pgp: [A A, B]
age: |
  age1a,
  age1b,
path_regex: ''`;
    expect(idsOf(fields)).toEqual([
      [
        'age age1a',
        'age age1b',
        'pgp AA',
        'pgp B',
        'kms arn:1||prod',
        'kms arn:2||prod',
        'gcp_kms g1',
        'gcp_kms g2',
        'hckms r:u',
        'azure_kv https://z/keys/k/1',
        'hc_vault https://v/v1/t/keys/k',
      ],
    ]);
  });

  it('gives the encryption context to the kms keys of a rule', () => {
    const encryptionContext = mappingOf([['app', stringOf('x')]]);
    expect(idsOf('kms: arn:1', { encryptionContext })).toEqual([['kms arn:1|app:x']]);
  });

  it('keeps repeats outside key groups', () => {
    expect(idsOf('age: age1a,age1a')).toEqual([['age age1a', 'age age1a']]);
  });

  it('splits the texts of a list too', () => {
    expect(idsOf('age: ["age1a, age1b", age1c]')).toEqual([['age age1a', 'age age1b', 'age age1c']]);
  });

  it('puts merged groups first and drops repeats in a group', () => {
    const fields = `key_groups:
  - pgp: [C]
    age: [age1b, age1a]
    kms: [{arn: a, role: r}, {arn: a}, {arn: a, role: r}]
    merge:
      - age: [age1a]
        merge: [{pgp: [C]}]
      - gcp_kms: [{resource_id: g}]
        hckms: [{key_id: "r:u"}]
        azure_keyvault: [{vaultUrl: u, key: k, version: v}]
  - age: [age1a]
age: ignored`;
    expect(idsOf(fields)).toEqual([
      [
        'pgp C',
        'age age1a',
        'gcp_kms g',
        'hckms r:u',
        'azure_kv u/keys/k/v',
        'age age1b',
        'kms a+r',
        'kms a',
      ],
      ['age age1a'],
    ]);
  });

  it('gives one empty group for a rule without keys', () => {
    expect(idsOf('path_regex: a')).toEqual([[]]);
    expect(idsOf('key_groups: []\nage: ""\npgp: ", "')).toEqual([[]]);
    expect(idsOf('key_groups: [{}]\nage: age1a')).toEqual([[]]);
  });

  it.each([
    ['age: 12', 'config.invalid', 'age must be a string or a list of strings, but is a number'],
    ['age: {a: b}', 'config.invalid', 'age must be a string or a list of strings, but is a map'],
    [
      'pgp: [A, 12]',
      'config.invalid',
      'pgp must be a string or a list of strings, but has a number in its list',
    ],
    ['pgp: [null]', 'config.invalid', 'has null in its list'],
    ['key_groups: [{pgp: [""]}]', 'config.invalid', 'pgp has an empty item'],
    ['age: nonsense', 'key.invalid', 'this is not an age recipient'],
  ])('refuses %s', (fields, code, message) => {
    const resolve = () => keyGroupsOf(ruleOf(fields), fakeSources);
    expect(resolve).toThrow(message);
    expect(resolve).toThrow(expect.objectContaining({ code, place: expect.objectContaining({ line: 2 }) }));
  });

  it('names a field that no source reads', () => {
    const resolve = () => keyGroupsOf(ruleOf('kms: arn:1'), []);
    expect(resolve).toThrow(
      expect.objectContaining({ code: 'key.unsupported', message: 'kms keys are not supported' }),
    );
  });
});

describe('resolveRule', () => {
  it('gives what a file needs', () => {
    const rule = ruleOf(
      'age: age1a\nunencrypted_regex: ^kind$\nshamir_threshold: 2\nmac_only_encrypted: true',
    );
    expect(resolveRule(rule, fakeSources)).toMatchObject({
      index: 0,
      place: { line: 2 },
      keyGroups: [[{ source: 'age', id: 'age1a' }]],
      selector: { kind: 'unencrypted_regex', value: '^kind$', place: { line: 3 } },
      shamirThreshold: 2,
      macOnlyEncrypted: true,
    });
  });

  it('gives the policy alone where the keys come from flags', () => {
    const rule = ruleOf('age: nonsense\nencrypted_suffix: _x');
    expect(policyOf(rule)).toMatchObject({
      selector: { kind: 'encrypted_suffix', value: '_x' },
      shamirThreshold: 0,
    });
  });

  it('refuses two selectors', () => {
    const rule = ruleOf('encrypted_suffix: a\nencrypted_regex: b');
    expect(() => resolveRule(rule, fakeSources)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});
