import { type SelectorKind, selectorKinds } from '../selector.ts';
import { oneRecipient, recipients, text } from './recipients.ts';
import type { Schema } from './schema-value.ts';

const selectorTexts: Readonly<Record<SelectorKind, string>> = {
  unencrypted_suffix:
    'Values below a key that ends so stay readable, all others are encrypted. Without any selector this is _unencrypted.',
  encrypted_suffix: 'Only values below a key that ends so are encrypted.',
  unencrypted_regex: 'Values below a key that matches stay readable, all others are encrypted.',
  encrypted_regex:
    "Only values below a key that matches are encrypted. For Kubernetes Secrets: '^(data|stringData)$'.",
  unencrypted_comment_regex: 'Values below a comment that matches stay readable. Flux does not see comments.',
  encrypted_comment_regex:
    'Only values below a comment that matches are encrypted. Flux does not see comments.',
};

/** sops refuses a rule with two selectors. */
function aloneAmongSelectors(kind: SelectorKind): Schema {
  const others = selectorKinds.filter((other) => other !== kind);
  return { not: { anyOf: others.map((other) => ({ required: [other] })) } };
}

/** An item of `creation_rules`, or a `recreation_rule`. */
export const creationRule: Schema = {
  type: 'object',
  description: 'How files are encrypted whose path matches.',
  additionalProperties: false,
  properties: {
    path_regex: text(
      'A regular expression (RE2, not a glob), matched anywhere in the path of the file from the folder of .sops.yaml. Absent: every file.',
      '^clusters/prod/.*\\.sops\\.ya?ml$',
    ),
    age: recipients('age recipients: age1…, ssh-ed25519 …, ssh-rsa ….', 'age1…'),
    pgp: recipients('Fingerprints of PGP keys.', '40 digits'),
    kms: recipients(
      'ARNs of AWS KMS keys, each with +ROLE_ARN behind it where a role is to be assumed.',
      'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555',
    ),
    aws_profile: text('The AWS profile to use for the keys of kms.'),
    gcp_kms: recipients(
      'Google Cloud KMS keys.',
      'projects/PROJECT/locations/global/keyRings/RING/cryptoKeys/KEY',
    ),
    hckms: {
      type: ['array', 'null'],
      description: 'HuaweiCloud KMS keys, as a list.',
      items: oneRecipient('REGION:KEY-UUID'),
    },
    azure_keyvault: recipients('Azure Key Vault keys.', 'https://VAULT.vault.azure.net/keys/NAME/VERSION'),
    hc_vault_transit_uri: recipients(
      "Keys of Vault's transit engine.",
      'https://vault.example.com:8200/v1/transit/keys/NAME',
    ),
    key_groups: {
      type: ['array', 'null'],
      description:
        'Groups of keys, instead of the recipients above (which are then passed over). With one group, any of its keys opens a file; with several, shamir_threshold of the groups have to come together.',
      items: { $ref: '#/definitions/key_group' },
    },
    shamir_threshold: {
      type: ['integer', 'null'],
      description: 'How many of several key groups it takes to open a file. Absent or 0: all.',
      minimum: 0,
      maximum: 255,
    },
    ...Object.fromEntries(selectorKinds.map((kind) => [kind, text(selectorTexts[kind])])),
    mac_only_encrypted: {
      type: ['boolean', 'null'],
      description:
        'Let the MAC cover the encrypted values only: others can then be changed without a key, and by anybody.',
      default: false,
    },
  },
  dependencies: Object.fromEntries(selectorKinds.map((kind) => [kind, aloneAmongSelectors(kind)])),
};
