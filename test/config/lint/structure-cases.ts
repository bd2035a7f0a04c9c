import { alice, bob, type LintCase, ruleOf } from './lint-case.ts';

const age = `age: ${alice}`;

/** Cases of the rules about keys and documents, by code. */
export const structureCases: Readonly<Record<string, readonly LintCase[]>> = {
  'config.no-rules': [
    { title: 'nothing but stores', config: 'stores:\n  yaml:\n    indent: 2\n', finds: ['error 0'] },
    { title: 'only comments', config: '# nothing\n', finds: ['error 0'] },
    { title: 'an empty list', config: 'creation_rules: []\n', finds: ['warning 0'] },
    { title: 'a rule', config: ruleOf(age), finds: [] },
    {
      title: 'rules to publish',
      config: 'destination_rules:\n  - s3_bucket: test\n    path_regex: x\n',
      finds: [],
    },
  ],
  'config.more-documents': [
    { title: 'a second document', config: `${ruleOf(age)}---\n${ruleOf(age)}`, finds: ['error 0'] },
    { title: 'a marker at the start', config: `---\n${ruleOf(age)}`, finds: [] },
  ],
  'config.unknown-key': [
    {
      title: 'a slip of the hand',
      config: ruleOf('path_regx: x', age),
      finds: ['error 2'],
      says: 'Write path_regex',
    },
    {
      title: 'a dash for an underscore',
      config: ruleOf('unencrypted-regex: ^x$', age),
      finds: ['error 2'],
      says: 'Write unencrypted_regex',
    },
    { title: 'another case', config: ruleOf('Age: x', age), finds: ['error 2'], says: 'Write age' },
    {
      title: 'the name in the metadata',
      config: ruleOf('azure_kv: https://x', age),
      finds: ['error 2'],
      says: 'Write azure_keyvault',
    },
    {
      title: "a rule's name in a group",
      config: ruleOf('key_groups:', '  - hc_vault_transit_uri: []', `    age: [${alice}]`),
      finds: ['error 3'],
      says: 'Write hc_vault',
    },
    {
      title: 'the right key one level too high',
      config: `${ruleOf(age)}path_regex: x\n`,
      finds: ['error 3'],
      says: 'Move it into a creation rule',
    },
    {
      title: 'the right key one level too low',
      config: ruleOf(age, 'stores: {}'),
      finds: ['error 3'],
      says: 'Move it into the top level',
    },
    { title: 'a key of another tool', config: ruleOf('input_type: yaml', age), finds: ['warning 2'] },
    { title: 'something at the top', config: `owner: us\n${ruleOf(age)}`, finds: ['note 1'] },
    {
      title: 'in stores',
      config: `${ruleOf(age)}stores:\n  yml:\n    indent: 2\n`,
      finds: ['error 4'],
      says: 'Write yaml',
    },
    {
      title: 'where aliases hold their anchors',
      config: `keys:\n  - &alice ${alice}\nx-note: us\n${ruleOf('age: *alice')}`,
      finds: [],
    },
    {
      title: 'with every key that there is',
      config: ruleOf('path_regex: x', age, 'encrypted_suffix: _x', 'mac_only_encrypted: true'),
      finds: [],
    },
  ],
  'config.redefined-anchor': [
    {
      title: 'the same name twice',
      config: `keys:\n  - &a ${alice}\n  - &a ${bob}\n${ruleOf('age: *a')}`,
      finds: ['warning 3'],
    },
    {
      title: 'two names',
      config: `keys:\n  - &a ${alice}\n  - &b ${bob}\n${ruleOf('age: *a')}`,
      finds: [],
    },
  ],
  'config.invalid': [
    { title: 'no YAML', config: 'creation_rules: [\n', finds: ['error 2'] },
    { title: 'a tab', config: 'creation_rules:\n\t- age: x\n', finds: ['error 2'], says: 'spaces' },
    { title: 'a key twice', config: `${ruleOf(age)}creation_rules: []\n`, finds: ['error 3'] },
    {
      title: 'a text for a list',
      config: ruleOf('key_groups:', `  - age: ${alice}`),
      finds: ['error 3'],
      says: 'must be a list',
    },
    {
      title: 'a map for a rule list',
      config: `creation_rules:\n  ${age}\n`,
      finds: ['error 2'],
      says: 'with a dash in front',
    },
    {
      title: 'a text for a rule',
      config: 'creation_rules: [foo]\n',
      finds: ['error 1'],
      says: 'rule 1 must be a map',
    },
    {
      title: 'lists in lists without end',
      config: `creation_rules: ${'['.repeat(20000)}\n`,
      finds: ['error 1'],
      says: 'has to be plain YAML',
    },
    { title: 'a readable one', config: ruleOf(age), finds: [] },
  ],
  'config.several-selectors': [
    {
      title: 'two',
      config: ruleOf(age, 'encrypted_regex: ^data$', 'encrypted_suffix: _x'),
      finds: ['error 3'],
      says: 'encrypted_suffix and encrypted_regex',
    },
    { title: 'one', config: ruleOf(age, 'encrypted_regex: ^(data|stringData)$'), finds: [] },
  ],
  'config.file-name': [
    {
      title: 'a .sops.yml beside it',
      config: ruleOf(age),
      files: { '.sops.yml': ruleOf(age) },
      finds: ['error 0'],
    },
    { title: 'none', config: ruleOf(age), finds: [] },
  ],
};
