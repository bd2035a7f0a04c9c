import { alice, bob, fingerprint, type LintCase, ruleOf } from './lint-case.ts';

const arn = 'arn:aws:kms:eu-west-1:111122223333:key/test-key';
const testPrivateKey = 'AGE-SECRET-KEY-1TESTTESTTEST';

function groups(...lists: readonly (readonly string[])[]): string {
  return ruleOf('key_groups:', ...lists.map((list) => `  - age: [${list.join(', ')}]`));
}

/** Cases of the rules about recipients and key groups, by code. */
export const recipientCases: Readonly<Record<string, readonly LintCase[]>> = {
  'config.private-key': [
    { title: 'in a text', config: ruleOf(`age: ${testPrivateKey}`), finds: ['error 2'] },
    { title: 'in a group', config: groups([alice, testPrivateKey]), finds: ['error 3'] },
    { title: 'none', config: ruleOf(`age: ${alice}`), finds: [] },
  ],
  'config.recipient': [
    {
      title: 'a cut SSH key',
      config: ruleOf('age: ssh-ed25519 AAAAC3Nz'),
      finds: ['error 2'],
      says: 'id_ed25519.pub',
    },
    { title: 'a placeholder', config: ruleOf('age: YOUR_KEY'), finds: ['error 2'] },
    { title: 'a cut key', config: ruleOf(`age: ${alice.slice(0, -1)}`), finds: ['error 2'] },
    {
      title: 'a comma missing',
      config: ruleOf('age: >-', `  ${alice}`, `  ${bob}`),
      finds: ['error 2'],
      says: 'comma',
    },
    {
      title: 'a comment that is text',
      config: ruleOf('age: >-', `  ${alice},`, '  # bob', `  ${bob}`),
      finds: ['error 2'],
      says: 'comment',
    },
    {
      title: 'a comma in an item',
      config: ruleOf('age:', `  - ${alice},`, `  - ${bob}`),
      finds: ['error 3'],
      says: 'without commas',
    },
    {
      title: 'an ARN of something else',
      config: ruleOf('kms: arn:aws:s3:::bucket'),
      finds: ['error 2'],
      says: 'arn:aws:kms',
    },
    { title: 'a name for a fingerprint', config: ruleOf('pgp: Bob'), finds: ['error 2'] },
    { title: 'half a resource id', config: ruleOf('gcp_kms: projects/p/keyRings/r'), finds: ['error 2'] },
    {
      title: 'an address without a key',
      config: ruleOf('azure_keyvault: https://v.vault.azure.net'),
      finds: ['error 2'],
    },
    {
      title: 'in a recreation rule',
      config: `${ruleOf(`age: ${alice}`)}destination_rules:\n  - recreation_rule:\n      pgp: Bob\n`,
      finds: ['error 5'],
    },
    {
      title: 'a comma at the end of a text',
      config: ruleOf('age: >-', `  ${alice},`, `  ${bob},`),
      finds: [],
    },
    {
      title: 'of all kinds',
      config: ruleOf(
        `age: ${alice}`,
        `pgp: ${fingerprint}`,
        `kms: ${arn}+arn:aws:iam::111122223333:role/test`,
        'gcp_kms: projects/p/locations/global/keyRings/r/cryptoKeys/k',
        'azure_keyvault: https://v.vault.azure.net/keys/k/1',
        'hc_vault_transit_uri: https://vault.example.com/v1/transit/keys/k',
      ),
      finds: [],
    },
  ],
  'config.weak-fingerprint': [
    { title: 'eight digits', config: ruleOf('pgp: 0123ABCD'), finds: ['warning 2'] },
    { title: 'an address', config: ruleOf('pgp: bob@example.com'), finds: ['warning 2'] },
    { title: 'the whole', config: ruleOf(`pgp: ${fingerprint}`), finds: [] },
  ],
  'config.duplicate-recipient': [
    { title: 'in a text', config: ruleOf(`age: ${alice},${alice}`), finds: ['warning 2'] },
    {
      title: 'with other blanks and case',
      config: ruleOf(
        'pgp:',
        `  - ${fingerprint}`,
        `  - ${fingerprint.toLowerCase().slice(0, 4)} ${fingerprint.toLowerCase().slice(4)}`,
      ),
      finds: ['warning 4'],
      says: 'first in line 3',
    },
    {
      title: 'an SSH key with another comment',
      config: ruleOf(
        'age:',
        '  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuB3LfVVz1R0kuXCDNXbP3mkPtMlCmqXBUVXZLeeXWR a@test',
        '  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuB3LfVVz1R0kuXCDNXbP3mkPtMlCmqXBUVXZLeeXWR b@test',
      ),
      finds: ['warning 4'],
    },
    {
      title: 'in two groups',
      config: groups([alice, bob], [bob]),
      finds: ['warning 4'],
      says: 'key groups 1 and 2',
    },
    {
      title: 'in two rules',
      config: `creation_rules:\n  - path_regex: a\n    age: ${alice}\n  - age: ${alice}\n`,
      finds: [],
    },
    { title: 'two', config: ruleOf(`age: ${alice},${bob}`), finds: [] },
  ],
  'config.no-recipients': [
    { title: 'none at all', config: ruleOf('path_regex: x'), finds: ['warning 2'] },
    { title: 'an empty group', config: groups([alice], []), finds: ['error 4'], says: 'key group 2' },
    { title: 'some', config: ruleOf(`age: ${alice}`), finds: [] },
    { title: 'in groups', config: groups([alice]), finds: [] },
  ],
  'config.ignored-recipients': [
    {
      title: 'beside groups',
      config: ruleOf(`pgp: ${fingerprint}`, 'key_groups:', `  - age: [${alice}]`),
      finds: ['error 2'],
      says: 'passed over',
    },
    { title: 'in groups only', config: groups([alice]), finds: [] },
  ],
  'config.threshold': [
    {
      title: 'too many',
      config: `${groups([alice], [bob])}    shamir_threshold: 3\n`,
      finds: ['error 5'],
      says: 'more than',
    },
    {
      title: 'one',
      config: `${groups([alice], [bob])}    shamir_threshold: 1\n`,
      finds: ['error 5'],
      says: 'Write 2; to let',
    },
    {
      title: 'for one group',
      config: ruleOf(`age: ${alice}`, 'shamir_threshold: 2'),
      finds: ['warning 3'],
      says: 'does nothing',
    },
    {
      title: 'as many as there are',
      config: `${groups([alice], [bob])}    shamir_threshold: 2\n`,
      finds: [],
    },
    { title: 'not set', config: groups([alice], [bob]), finds: [] },
  ],
};
