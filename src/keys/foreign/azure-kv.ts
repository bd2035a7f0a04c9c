import { textField } from '../fields.ts';
import type { KeySource } from '../key-source.ts';
import { fieldsOf, foreignSource, invalidKey } from './foreign-source.ts';

const title = 'Azure Key Vault';

/**
 * Azure Key Vault keys: `https://VAULT/keys/NAME/VERSION` (azkv/keysource.go of sops). Without a version sops asks the vault for
 * the newest; here it stays empty.
 */
export const azureKvSource: KeySource = foreignSource({
  name: 'azure_kv',
  title,
  flag: {
    name: 'azure-kv',
    env: 'SOPS_AZURE_KEYVAULT_URLS',
    help: 'comma separated list of Azure Key Vault URLs',
  },
  ruleField: 'azure_keyvault',
  groupField: 'azure_keyvault',

  read(text) {
    return text.split(',').map((part) => {
      const match = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(part.trim());
      if (match === null)
        throw invalidKey(title, part.trim(), 'https://VAULT.vault.azure.net/keys/NAME/VERSION');
      return fieldsOf({ vault_url: match[1], name: match[2], version: match[3] });
    });
  },

  readFields(fields) {
    const [url, name, version] = ['vaultUrl', 'key', 'version'].map((field) => textField(fields, field));
    return fieldsOf({ vault_url: url, name, version });
  },

  idOf(fields) {
    const [url, name, version] = ['vault_url', 'name', 'version'].map((field) => textField(fields, field));
    return `${url}/keys/${name}/${version}`;
  },
});
