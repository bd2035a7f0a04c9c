import type { Flag } from './command.ts';

/** A kind of master key on the command line: the same name as in sops, and the metadata field it fills. */
export interface KeyFlag {
  /** Flag name without dashes. */
  readonly name: string;
  /** Name of the key source (`keys/registry.ts`), which is also its metadata field. */
  readonly source: string;
  readonly aliases?: readonly string[];
  readonly env: string;
  readonly value: string;
  readonly what: string;
}

/** Every kind of master key, in the order in which sops puts them into a group. */
export const keyFlagTable: readonly KeyFlag[] = [
  { name: 'kms', source: 'kms', aliases: ['k'], env: 'SOPS_KMS_ARN', value: 'ARNS', what: 'AWS KMS ARNs' },
  { name: 'gcp-kms', source: 'gcp_kms', env: 'SOPS_GCP_KMS_IDS', value: 'IDS', what: 'GCP KMS resource ids' },
  {
    name: 'hckms',
    source: 'hckms',
    env: 'SOPS_HUAWEICLOUD_KMS_IDS',
    value: 'IDS',
    what: 'HuaweiCloud KMS keys (region:uuid)',
  },
  {
    name: 'azure-kv',
    source: 'azure_kv',
    env: 'SOPS_AZURE_KEYVAULT_URLS',
    value: 'URLS',
    what: 'Azure Key Vault URLs',
  },
  {
    name: 'pgp',
    source: 'pgp',
    aliases: ['p'],
    env: 'SOPS_PGP_FP',
    value: 'FINGERPRINTS',
    what: 'PGP fingerprints',
  },
  {
    name: 'hc-vault-transit',
    source: 'hc_vault',
    env: 'SOPS_VAULT_URIS',
    value: 'URIS',
    what: 'Vault transit key URIs',
  },
  {
    name: 'age',
    source: 'age',
    aliases: ['a'],
    env: 'SOPS_AGE_RECIPIENTS',
    value: 'RECIPIENTS',
    what: 'age recipients',
  },
];

/** `--age`, `--pgp`, …: comma-separated lists, with their environment variables. */
export const keyFlags: readonly Flag[] = keyFlagTable.map((key) => ({
  name: key.name,
  ...(key.aliases === undefined ? {} : { aliases: key.aliases }),
  kind: 'text',
  env: key.env,
  value: key.value,
  help: `encrypt for these ${key.what}, separated by commas`,
}));

/** `--age`, `--pgp`, … of `groups add`: repeatable, without environment variables. */
export const groupKeyFlags: readonly Flag[] = keyFlagTable.map((key) => ({
  name: key.name,
  kind: 'list',
  value: key.value,
  help: `put these ${key.what} into the group`,
}));

/** `--add-age`, `--rm-age`, … */
export const keyChangeFlags: readonly Flag[] = keyFlagTable.flatMap((key): Flag[] => [
  { name: `add-${key.name}`, kind: 'text', value: key.value, help: `add these ${key.what} to the file` },
  { name: `rm-${key.name}`, kind: 'text', value: key.value, help: `remove these ${key.what} from the file` },
]);
