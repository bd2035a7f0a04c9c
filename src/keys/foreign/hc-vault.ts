import type { Mapping } from '../../tree/value.ts';
import { textField } from '../fields.ts';
import type { KeySource } from '../key-source.ts';
import { fieldsOf, foreignSource, invalidKey } from './foreign-source.ts';

const title = 'HashiCorp Vault';

/**
 * Keys of Vault's transit engine: `https://HOST/v1/ENGINE/keys/NAME` (hcvault/keysource.go of sops). An address without
 * `//` or with a query, of which sops makes an address that nobody can reach, is refused.
 */
export const hcVaultSource: KeySource = foreignSource({
  name: 'hc_vault',
  title,
  flag: {
    name: 'hc-vault-transit',
    env: 'SOPS_VAULT_URIS',
    help: "comma separated list of vault's key URI (e.g. 'https://vault.example.org:8200/v1/transit/keys/dev')",
  },
  ruleField: 'hc_vault_transit_uri',
  groupField: 'hc_vault',

  read: (text) =>
    text
      .split(',')
      .filter((uri) => uri !== '')
      .map(fieldsFor),

  idOf(fields) {
    const [address, engine, name] = ['vault_address', 'engine_path', 'key_name'].map((field) =>
      textField(fields, field),
    );
    return `${address}/v1/${engine}/keys/${name}`;
  },
});

function fieldsFor(uri: string): Mapping {
  const [, scheme, host, path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)$/i.exec(uri) ?? [];
  const prefixed = /\/[^/]+\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path);
  const shaped = /\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path);
  if (scheme === undefined || prefixed || !shaped)
    throw invalidKey(title, uri, 'https://vault.example.com:8200/v1/transit/keys/NAME');
  const steps = path.replace(/^\/+|\/+$/g, '').split('/');
  return fieldsOf({
    vault_address: `${scheme.toLowerCase()}://${host}`,
    engine_path: steps
      .slice(1, -2)
      .filter((step) => step !== '')
      .join('/'),
    key_name: steps.at(-1),
  });
}
