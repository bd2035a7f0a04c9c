import { text } from './recipients.ts';
import type { Schema } from './schema-value.ts';

/** An item of `destination_rules`. */
export const destinationRule: Schema = {
  type: 'object',
  description:
    'Where sops publish puts files whose path matches: an S3 bucket, a Google Cloud bucket, or Vault.',
  additionalProperties: false,
  properties: {
    path_regex: text('A regular expression (RE2), matched against the path as it is given to sops publish.'),
    s3_bucket: text('Name of the S3 bucket.'),
    s3_prefix: text('What stands before the name of the file.'),
    gcs_bucket: text('Name of the Google Cloud bucket.'),
    gcs_prefix: text('What stands before the name of the file.'),
    vault_path: text('Path in Vault.'),
    vault_address: text('Address of Vault. Default: $VAULT_ADDR.', 'https://vault.example.com:8200'),
    vault_kv_mount_name: text('Where the key-value engine is mounted. Default: secret/.'),
    vault_kv_version: {
      type: ['integer', 'null'],
      description: 'Version of the key-value engine. Default: 2.',
      minimum: 0,
      maximum: 2,
    },
    recreation_rule: { $ref: '#/definitions/creation_rule' },
    omit_extensions: {
      type: ['boolean', 'null'],
      description: 'Leave the extension of the file out of its published name.',
      default: false,
    },
  },
};
