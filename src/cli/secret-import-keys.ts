import { bytesOf, type SecretObject, secretEntries } from '../manifests/secret-manifest-read.ts';

/** What Flux logs in to a key service with, to decrypt. */
const services: ReadonlySet<string> = new Set([
  'sops.vault-token',
  'sops.aws-kms',
  'sops.azure-kv',
  'sops.gcp-kms',
]);

/** Says why a repository should not hold a Secret that Flux decrypts it with; `null`: it is none. */
export function keyWarning(secret: SecretObject): string | null {
  const isKey = secretEntries(secret).some((entry) => {
    if (services.has(entry.key)) return true;
    const sign = entry.key.endsWith('.agekey')
      ? /AGE-SECRET-KEY-/i
      : entry.key.endsWith('.asc')
        ? /BEGIN PGP PRIVATE KEY/
        : null;
    return sign?.test(Buffer.from(bytesOf(entry) ?? []).toString('latin1')) ?? false;
  });
  return isKey
    ? 'it is what Flux decrypts with (as its entries say): encrypted for that key, Flux could not open it'
    : null;
}
