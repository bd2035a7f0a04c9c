import { keyFields, keyList, oneRecipient, text } from './recipients.ts';
import type { Schema } from './schema-value.ts';

/** An item of `key_groups`. */
export const keyGroup: Schema = {
  type: 'object',
  description: 'Keys of which any one opens the part of the data key that is for this group.',
  additionalProperties: false,
  properties: {
    merge: {
      type: 'array',
      description: 'Groups whose keys are added to this one; with YAML anchors, keys are written once.',
      items: { $ref: '#/definitions/key_group' },
    },
    age: keyList(
      'age recipients, one per item.',
      oneRecipient('age1…, ssh-ed25519 … or ssh-rsa …: a public key.'),
    ),
    pgp: keyList('PGP keys, one per item.', oneRecipient('A fingerprint of 40 digits.')),
    kms: keyList(
      'AWS KMS keys.',
      keyFields(['arn'], {
        arn: text('The key.', 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555'),
        role: text('The role to assume.', 'arn:aws:iam::111122223333:role/sops'),
        context: {
          type: 'object',
          description: 'The encryption context.',
          additionalProperties: { type: 'string' },
        },
        aws_profile: text('The AWS profile to use.'),
      }),
    ),
    gcp_kms: keyList(
      'Google Cloud KMS keys.',
      keyFields(['resource_id'], {
        resource_id: text('The key.', 'projects/PROJECT/locations/global/keyRings/RING/cryptoKeys/KEY'),
      }),
    ),
    hckms: keyList('HuaweiCloud KMS keys.', keyFields(['key_id'], { key_id: text('REGION:KEY-UUID') })),
    azure_keyvault: keyList(
      'Azure Key Vault keys.',
      keyFields(['vaultUrl', 'key'], {
        vaultUrl: text('The vault.', 'https://VAULT.vault.azure.net'),
        key: text('Name of the key.'),
        version: text('Version of the key; empty is the newest.'),
      }),
    ),
    hc_vault: keyList(
      "Keys of Vault's transit engine, one address per item.",
      text('The key.', 'https://vault.example.com:8200/v1/transit/keys/NAME'),
    ),
  },
};
