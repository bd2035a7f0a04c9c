import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../src/config/decode.ts';
import { mappingOf } from '../../src/tree/mapping.ts';
import type { Value } from '../../src/tree/value.ts';
import { configOf } from './config-text.ts';

describe('decodeConfig', () => {
  it('reads every field of a creation rule', () => {
    const [rule] =
      configOf(`creation_rules:
  - path_regex: \\.yaml$
    kms: arn:a
    aws_profile: prod
    age: age1a, age1b
    pgp: [A, B]
    gcp_kms: g
    hckms: [h]
    azure_keyvault: z
    hc_vault_transit_uri: v
    shamir_threshold: 2
    encrypted_regex: ^data$
    mac_only_encrypted: true
`).creationRules ?? [];
    expect(rule).toMatchObject({
      index: 0,
      place: { file: '.sops.yaml', line: 2, path: ['creation_rules', 0] },
      pathRegex: '\\.yaml$',
      awsProfile: 'prod',
      shamirThreshold: 2,
      selectors: { encrypted_regex: '^data$' },
      macOnlyEncrypted: true,
      keyGroups: [],
    });
    const fields = ['age', 'pgp', 'kms', 'gcp_kms', 'hckms', 'azure_keyvault', 'hc_vault_transit_uri'];
    expect([...(rule?.recipients.keys() ?? [])]).toEqual(fields);
    expect(rule?.places.get('pgp')).toMatchObject({ line: 6, path: ['creation_rules', 0, 'pgp'] });
  });

  it('reads key groups with merges and key objects', () => {
    const [rule] =
      configOf(`creation_rules:
  - key_groups:
      - merge:
          - pgp: [A]
        kms:
          - arn: arn:a
            role: arn:r
            context: {app: x, n: 1}
            aws_profile: ''
        azure_keyvault:
          - {vaultUrl: u, key: k, version: 0x1F}
`).creationRules ?? [];
    const [group] = rule?.keyGroups ?? [];
    expect(group?.merge[0]?.keys.get('pgp')).toMatchObject([{ value: 'A' }]);
    expect(group?.keys.get('kms')).toMatchObject([
      {
        place: { line: 6, path: ['creation_rules', 0, 'key_groups', 0, 'kms', 0] },
        value: {
          entries: [
            { key: 'arn', value: { value: 'arn:a' } },
            { key: 'role', value: { value: 'arn:r' } },
            {
              key: 'context',
              value: {
                entries: [
                  { key: 'app', value: { value: 'x' } },
                  { key: 'n', value: { value: '1' } },
                ],
              },
            },
          ],
        },
      },
    ]);
    expect(group?.keys.get('azure_keyvault')).toMatchObject([
      {
        value: {
          entries: [{ key: 'vaultUrl' }, { key: 'key' }, { key: 'version', value: { value: '0x1F' } }],
        },
      },
    ]);
  });

  it('reads destination rules', () => {
    const { destinationRules } = configOf(`destination_rules:
  - path_regex: s3/.*
    s3_bucket: b
    s3_prefix: p
    recreation_rule: {age: age1x, unencrypted_suffix: _u}
  - vault_path: v/
    vault_address: https://vault.example.com
    vault_kv_mount_name: secret
    vault_kv_version: 1
    omit_extensions: yes
`);
    expect(destinationRules).toMatchObject([
      {
        index: 0,
        pathRegex: 's3/.*',
        s3: { bucket: 'b', prefix: 'p' },
        recreationRule: { selectors: { unencrypted_suffix: '_u' } },
        omitExtensions: false,
      },
      {
        index: 1,
        vault: { path: 'v/', address: 'https://vault.example.com', mountName: 'secret', version: 1 },
        recreationRule: { selectors: {}, pathRegex: '' },
        omitExtensions: true,
      },
    ]);
  });

  it('keeps a missing list of rules apart from an empty one', () => {
    expect(configOf('').creationRules).toBeNull();
    expect(configOf('creation_rules:\n').creationRules).toBeNull();
    expect(configOf('creation_rules: []\n').creationRules).toEqual([]);
    expect(configOf('creation_rules:\n  -\n  - {}\n').creationRules).toMatchObject([{ index: 1 }]);
    expect(decodeConfig(null, { file: 'x' }).creationRules).toBeNull();
  });

  it('reads indentation over the defaults', () => {
    expect(configOf('').stores).toEqual({
      yaml: { indent: 0 },
      json: { indent: -1 },
      jsonBinary: { indent: -1 },
    });
    expect(
      configOf('stores: {yaml: {indent: 2}, json: {indent: 0}, json_binary: {}, dotenv: {}}\n').stores,
    ).toEqual({
      yaml: { indent: 2 },
      json: { indent: 0 },
      jsonBinary: { indent: -1 },
    });
  });

  it('collects what sops ignores', () => {
    const text =
      'creation_rule: x\ncreation_rules:\n  - Path_regex: a\n    age: x\nstores: {yaml: {width: 3}}\n';
    expect(configOf(text).unknown).toMatchObject([
      { name: 'creation_rule', place: { line: 1, path: ['creation_rule'] } },
      { name: 'Path_regex', place: { line: 3, path: ['creation_rules', 0, 'Path_regex'] } },
      { name: 'width', place: { line: 5, path: ['stores', 'yaml', 'width'] } },
    ]);
  });

  it.each([
    ['path_regex: 1.50', { pathRegex: '1.50' }],
    ['path_regex: 0x1F', { pathRegex: '0x1F' }],
    ['path_regex: true', { pathRegex: 'true' }],
    ['path_regex: null', { pathRegex: '' }],
    ['shamir_threshold: 2.7', { shamirThreshold: 2 }],
    ['shamir_threshold:', { shamirThreshold: 0 }],
    ['mac_only_encrypted: yes', { macOnlyEncrypted: true }],
    ['mac_only_encrypted: "on"', { macOnlyEncrypted: true }],
    ['mac_only_encrypted: N', { macOnlyEncrypted: false }],
    ['<<: {shamir_threshold: 3, path_regex: b}\n    path_regex: a', { pathRegex: 'a', shamirThreshold: 3 }],
    ['<<: [{path_regex: b}, {path_regex: c, shamir_threshold: 4}]', { pathRegex: 'b', shamirThreshold: 4 }],
  ])('reads %s as go-yaml does', (fields, expected) => {
    expect(configOf(`creation_rules:\n  - ${fields}\n`).creationRules?.[0]).toMatchObject(expected);
  });

  it.each([
    ['shamir_threshold: "2"', 'shamir_threshold must be a whole number, but is a string'],
    ['shamir_threshold: [2]', 'shamir_threshold must be a whole number, but is a list'],
    ['mac_only_encrypted: 1', 'mac_only_encrypted must be true or false, but is a number'],
    ['mac_only_encrypted: maybe', 'mac_only_encrypted must be true or false, but is a string'],
    ['path_regex: [a]', 'path_regex must be a string, but is a list'],
    ['hckms: a', 'hckms must be a list, but is a string'],
    ['key_groups: {}', 'key_groups must be a list, but is a map'],
    ['key_groups: [a]', 'key group 1 must be a map, but is a string'],
    ['key_groups: [{kms: [a]}]', 'item 1 of kms must be a map, but is a string'],
    ['key_groups: [{kms: [{context: {a: null}}]}]', 'a must be a string, but is null'],
  ])('refuses %s', (fields, message) => {
    const decode = () => configOf(`creation_rules:\n  - path_regex: x\n  - ${fields}\n`);
    expect(decode).toThrow(message);
    expect(decode).toThrow(expect.objectContaining({ code: 'config.invalid' }));
    expect(decode).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ file: '.sops.yaml', line: 3 }) }),
    );
  });

  it('refuses a root that is no map, and a merge of none', () => {
    const root: Value = { kind: 'sequence', items: [] };
    expect(() => decodeConfig(root, { file: 'x' })).toThrow('the configuration must be a map, but is a list');
    const merge = mappingOf([['<<', { kind: 'int', value: 1n }]]);
    expect(() => decodeConfig(merge, { file: 'x' })).toThrow(
      '<< must be a map or a list of maps, but is a number',
    );
  });

  it('spells numbers as best it can where the spelling is not known', () => {
    const rule = mappingOf([['path_regex', { kind: 'int', value: 31n }]]);
    const tree = mappingOf([['creation_rules', { kind: 'sequence', items: [rule] }]]);
    expect(decodeConfig(tree, { file: 'x' }).creationRules).toMatchObject([{ pathRegex: '31' }]);
  });
});
