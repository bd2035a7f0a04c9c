import { selectorKinds } from './selector.ts';

/** The fields of `.sops.yaml` in sops 3.13.3 (config/config.go). Names are matched exactly, case included. */

export const configFields: readonly string[] = ['creation_rules', 'destination_rules', 'stores'];

/**
 * Recipient fields of a rule, in the order in which sops puts their keys into the file. `texts` must be a list of
 * strings; the others may be one comma-separated string too, and are not looked at before the rule is used.
 */
export const recipientFields: ReadonlyMap<string, 'any' | 'texts'> = new Map([
  ['age', 'any'],
  ['pgp', 'any'],
  ['kms', 'any'],
  ['gcp_kms', 'any'],
  ['hckms', 'texts'],
  ['azure_keyvault', 'any'],
  ['hc_vault_transit_uri', 'any'],
]);

/** Key fields of a `key_groups` item, in the same order: plain texts, or the fields of a mapping. */
export const groupFields: ReadonlyMap<string, 'text' | readonly string[]> = new Map<
  string,
  'text' | readonly string[]
>([
  ['age', 'text'],
  ['pgp', 'text'],
  ['kms', ['arn', 'role', 'context', 'aws_profile']],
  ['gcp_kms', ['resource_id']],
  ['hckms', ['key_id']],
  ['azure_keyvault', ['vaultUrl', 'key', 'version']],
  ['hc_vault', 'text'],
]);

export const creationRuleFields: readonly string[] = [
  'path_regex',
  ...recipientFields.keys(),
  'aws_profile',
  'key_groups',
  'shamir_threshold',
  ...selectorKinds,
  'mac_only_encrypted',
];

export const destinationRuleFields: readonly string[] = [
  'path_regex',
  's3_bucket',
  's3_prefix',
  'gcs_bucket',
  'gcs_prefix',
  'vault_path',
  'vault_address',
  'vault_kv_mount_name',
  'vault_kv_version',
  'recreation_rule',
  'omit_extensions',
];

export const storeFields: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['dotenv', []],
  ['ini', []],
  ['json_binary', ['indent']],
  ['json', ['indent']],
  ['yaml', ['indent']],
]);
