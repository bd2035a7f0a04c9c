import type { ConfigCase } from './config-case.ts';

/** How recipients may be written in a rule. */
const spellings: readonly (readonly [string, string])[] = [
  ['a plain text', 'age: {A}'],
  ['single quotes', "age: '{A}'"],
  ['double quotes', 'age: "{A}"'],
  ['an escaped line break in quotes', 'age: "{A},\\\n      {B}"'],
  ['commas', 'age: {A},{B}'],
  ['commas and spaces', 'age: "  {A} ,   {B}  "'],
  ['a comma at the end', 'age: "{A},{B},"'],
  ['commas in a row', 'age: "{A},,{B}"'],
  ['a flow list', 'age: [{A}, "{B}"]'],
  ['a block list', 'age:\n      - {A}\n      - {B}'],
  ['a list of comma-separated texts', 'age: ["{A},{B}", {C}]'],
  ['padded items in a list', 'age: ["  {A} "]'],
  ['a comma at the end of a list item', 'age: ["{A},"]'],
  ['a folded text', 'age: >-\n      {A},\n      {B}'],
  ['a literal text', 'age: |\n      {A},\n      {B}'],
  ['an explicit tag', 'age: !!str {A}'],
  ['repeats', 'age: {A},{B},{A}'],
  ['an alias', 'path_regex: &r {A}\n  - age: *r'],
  ['a merge', '<<: {age: {A}, encrypted_suffix: _x}\n    encrypted_suffix: _y'],
  ['an empty text', 'age: ""'],
  ['an empty list', 'age: []'],
  ['a list with an empty text', 'age: [""]'],
  ['a list with an empty text among others', 'age: ["", {A}]'],
  ['null', 'age:'],
  ['a number', 'age: 12'],
  ['a boolean', 'age: true'],
  ['a float', 'age: 1.5'],
  ['a map', 'age: {a: b}'],
  ['a list with a number', 'age: [{A}, 1]'],
  ['a list with null', 'age: [{A}, null]'],
  ['a list of lists', 'age: [[{A}]]'],
  ['no recipient', 'age: nonsense'],
  ['a space for a comma', 'age: {A} {B}'],
  ['nothing', 'path_regex: ""'],
  ['a fingerprint', 'pgp: 85D7 7543 B3D6 24B6 3CEA 9E6D BC17 3015 21B3 F3C4'],
  ['all fields', allFields()],
  ['lists in all fields', allFields(true)],
  ['hckms as a text', 'age: {A}\n    hckms: r:u'],
  ['a null among hckms', 'age: {A}\n    hckms: [r:u, null]'],
  ['a number among hckms', 'hckms: ["r:u", 5]'],
  ['a role', 'kms: arn:aws:kms:x:1:key/1+arn:aws:iam::1:role/x'],
];

const groups: readonly (readonly [string, string])[] = [
  ['one', '[{age: [{A}, {B}]}]'],
  ['two', '[{age: [{A}]}, {age: [{B}]}]'],
  ['two and a threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: 2'],
  ['three and a threshold', '[{age: [{A}]}, {age: [{B}]}, {age: [{C}]}]\n    shamir_threshold: 2'],
  ['a threshold of 0', '[{age: [{A}]}, {age: [{B}]}, {age: [{C}]}]\n    shamir_threshold: 0'],
  ['a threshold in quotes', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: "2"'],
  ['a float as threshold', '[{age: [{A}]}, {age: [{B}]}, {age: [{C}]}]\n    shamir_threshold: 2.7'],
  ['a hexadecimal threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: 0x2'],
  ['a null threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: null'],
  ['a text as threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: all'],
  ['too high a threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: 3'],
  ['too low a threshold', '[{age: [{A}]}, {age: [{B}]}]\n    shamir_threshold: 1'],
  ['one and a threshold', '[{age: [{A}]}]\n    shamir_threshold: 5'],
  ['beside recipients', '[{age: [{A}]}]\n    age: {B}'],
  ['none, beside recipients', '[]\n    age: {B}'],
  ['null, beside recipients', '[null]\n    age: {B}'],
  ['an empty one', '[{}]\n    age: {B}'],
  ['an empty one beside another', '[{age: [{A}]}, {}]'],
  ['repeats in one', '[{age: [{A}, " {A}", "{B},{A}"]}]'],
  ['repeats across two', '[{age: [{A}]}, {age: [{A}]}]'],
  ['an empty text', '[{age: ["", {A}]}]'],
  ['recipients as a text', '[{age: {A}}]'],
  ['a number as recipient', '[{pgp: [12]}]'],
  ['a hexadecimal number as fingerprint', '[{pgp: [0x1F, 1_000]}]'],
  ['a null recipient', '[{age: [{A}, null]}]'],
  ['a merge', '[{age: [{C}], merge: [{age: [{A}]}, {age: [{B}]}]}]'],
  [
    'nested merges with repeats',
    '[{age: [{B}, {C}], merge: [{age: [{C}], merge: [{age: [{A}]}]}, {age: [{A}]}]}]',
  ],
  ['a merge alone', '[{merge: [{age: [{A}]}]}]'],
  ['an unknown field', '[{age: [{A}], gpg: [x]}]'],
  [
    'all kinds',
    '[{hc_vault: ["http://127.0.0.1:1/v1/transit/keys/k"], azure_keyvault: [{vaultUrl: "https://v.example", key: k, version: 7f}], hckms: [{key_id: "r:u"}], gcp_kms: [{resource_id: g}], kms: [{arn: a, role: r, context: {b: 2, a: x}, aws_profile: p}, {arn: a}], pgp: [B B], age: [{A}]}]',
  ],
  [
    'kms keys that differ by role, context and profile',
    '[{kms: [{arn: a}, {arn: a, role: r}, {arn: a, context: {k: v}}, {arn: a, aws_profile: p}, {arn: a, role: r}]}]',
  ],
  ['a text for a kms key', '[{kms: [a]}]'],
  ['a text for a context', '[{kms: [{arn: a, context: b}]}]'],
  ['an alias', '[&g {age: [{A}]}]\n  - key_groups: [*g]'],
];

function allFields(lists = false): string {
  const field = (name: string, ...texts: string[]) =>
    `${name}: ${lists ? `[${texts.map((text) => JSON.stringify(text)).join(', ')}]` : JSON.stringify(texts.join(', '))}`;
  return [
    field(
      'hc_vault_transit_uri',
      'http://127.0.0.1:1/v1/transit/keys/k',
      'http://127.0.0.1:1/v1/transit/keys/l',
    ).replaceAll(', h', ',h'),
    field('azure_keyvault', 'https://v.example/keys/k/7f'),
    'hckms: ["r:u", "r:v, r:w"]',
    field('gcp_kms', 'g1', 'g 2'),
    field('kms', 'arn:aws:1', 'arn:aws: 2'),
    'aws_profile: prod',
    field('pgp', 'AA BB', 'CC'),
    field('age', '{A}', '{B}'),
  ].join('\n    ');
}

export const recipientCases: readonly ConfigCase[] = [
  ...spellings.map(([title, fields]) => ({
    title: `recipients: ${title}`,
    config: `creation_rules:\n  - ${fields}\n`,
  })),
  ...groups.map(([title, list]) => ({
    title: `key groups: ${title}`,
    config: `creation_rules:\n  - ${title === 'an alias' ? 'path_regex: nothing\n    ' : ''}key_groups: ${list}\n`,
  })),
  {
    title: 'key groups: an empty Vault URI',
    config: 'creation_rules:\n  - key_groups: [{hc_vault: [""]}]\n',
    differs: { sopskit: 'refuses', why: 'sops panics (2)' },
  },
  {
    title: 'key groups: an empty fingerprint',
    config: 'creation_rules:\n  - key_groups: [{age: [{A}], pgp: [""]}]\n',
    differs: { sopskit: 'refuses', why: 'sops fails later, when it looks for a key without a name' },
  },
  {
    title: 'key groups: a null in a context',
    config: 'creation_rules:\n  - key_groups: [{kms: [{arn: a, context: {k: null}}]}]\n',
    differs: { sopskit: 'refuses', why: 'sops panics (2)' },
  },
];
