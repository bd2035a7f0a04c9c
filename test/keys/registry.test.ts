import { describe, expect, it } from 'vitest';
import { keySourceNamed, keySources } from '../../src/keys/registry.ts';

const all = <T>(pick: (source: (typeof keySources)[number]) => T): T[] => keySources.map(pick);

describe('the registry of key sources', () => {
  it('has every kind that sops 3.13.3 knows, in the order in which it reads them', () => {
    expect(all((source) => source.name)).toEqual([
      'kms',
      'gcp_kms',
      'hckms',
      'azure_kv',
      'hc_vault',
      'pgp',
      'age',
    ]);
  });

  it('has the flags, variables and fields of sops', () => {
    expect(all(({ flag }) => [flag.name, flag.short ?? '', flag.env])).toEqual([
      ['kms', 'k', 'SOPS_KMS_ARN'],
      ['gcp-kms', '', 'SOPS_GCP_KMS_IDS'],
      ['hckms', '', 'SOPS_HUAWEICLOUD_KMS_IDS'],
      ['azure-kv', '', 'SOPS_AZURE_KEYVAULT_URLS'],
      ['hc-vault-transit', '', 'SOPS_VAULT_URIS'],
      ['pgp', 'p', 'SOPS_PGP_FP'],
      ['age', 'a', 'SOPS_AGE_RECIPIENTS'],
    ]);
    expect(all((source) => [source.ruleField, source.groupField])).toEqual([
      ['kms', 'kms'],
      ['gcp_kms', 'gcp_kms'],
      ['hckms', 'hckms'],
      ['azure_keyvault', 'azure_keyvault'],
      ['hc_vault_transit_uri', 'hc_vault'],
      ['pgp', 'pgp'],
      ['age', 'age'],
    ]);
  });

  it('finds a source by its name, and says which there are', () => {
    expect(keySourceNamed('pgp').name).toBe('pgp');
    expect(() => keySourceNamed('gpg')).toThrow(
      expect.objectContaining({ code: 'key.unsupported', hint: expect.stringContaining('pgp, age') }),
    );
  });
});
