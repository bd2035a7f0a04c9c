import { SopskitError } from '../errors/sopskit-error.ts';
import { ageSource } from './age/age-source.ts';
import { awsKmsSource } from './foreign/aws-kms.ts';
import { azureKvSource } from './foreign/azure-kv.ts';
import { gcpKmsSource } from './foreign/gcp-kms.ts';
import { hcVaultSource } from './foreign/hc-vault.ts';
import { hckmsSource } from './foreign/hckms.ts';
import type { KeySource } from './key-source.ts';
import { pgpSource } from './pgp/pgp-source.ts';

/** Every kind of master key, in the order in which sops reads them from the metadata of a file. */
export const keySources: readonly KeySource[] = [
  awsKmsSource,
  gcpKmsSource,
  hckmsSource,
  azureKvSource,
  hcVaultSource,
  pgpSource,
  ageSource,
];

const byName: ReadonlyMap<string, KeySource> = new Map(keySources.map((source) => [source.name, source]));

/** Returns the source with this metadata name (`age`, `pgp`, `kms`, …). Throws `key.unsupported`, listing all. */
export function keySourceNamed(name: string): KeySource {
  const source = byName.get(name);
  if (source !== undefined) return source;
  throw new SopskitError('key.unsupported', `there is no kind of key called "${name}"`, {
    hint: `There are: ${[...byName.keys()].join(', ')}.`,
  });
}
