import { SopskitError } from '../errors/sopskit-error.ts';
import { type SecretObject, secretObjects, titleOf } from '../manifests/secret-manifest-read.ts';
import type { Mapping } from '../tree/value.ts';

/** Which Secret of a file is meant; `null`: not said. */
export interface WhichSecret {
  readonly name: string | null;
  readonly namespace: string | null;
  /** Which document of the file, from 1. */
  readonly document: number | null;
}

/** Lists the Secrets that fit. Throws `manifest.invalid` where the file has none, or none of that name. */
export function secretsOf(branches: readonly Mapping[], which: WhichSecret, file: string): SecretObject[] {
  const all = secretObjects(branches);
  if (all.length === 0) throw noSecret(branches, file);
  const fitting = all.filter(
    ({ name, namespace, branch }) =>
      (which.name === null || which.name === name) &&
      (which.namespace === null || which.namespace === namespace) &&
      (which.document === null || which.document === branch + 1),
  );
  if (fitting.length > 0) return fitting;
  throw new SopskitError(
    'manifest.invalid',
    `no Secret of the file fits; it has ${all.map(titleOf).join(', ')}`,
    {
      place: { file },
    },
  );
}

/** Returns the one Secret that is meant. Throws `manifest.invalid` for none, `usage.invalid` for several. */
export function oneSecret(branches: readonly Mapping[], which: WhichSecret, file: string): SecretObject {
  const [first, ...more] = secretsOf(branches, which, file);
  if (first !== undefined && more.length === 0) return first;
  throw new SopskitError(
    'usage.invalid',
    `the file has several Secrets: ${[first as SecretObject, ...more].map(titleOf).join(', ')}`,
    {
      place: { file },
      hint: 'Choose one with --name, and --namespace or --document where that is not enough.',
    },
  );
}

function noSecret(branches: readonly Mapping[], file: string): SopskitError {
  const kinds = branches.flatMap(({ entries }) =>
    entries.flatMap((member) =>
      member.kind === 'entry' && member.key === 'kind' && member.value.kind === 'string'
        ? [member.value.value]
        : [],
    ),
  );
  if (kinds.some((kind) => kind.startsWith('ENC['))) {
    return new SopskitError(
      'manifest.invalid',
      'the kind of the object is encrypted, too: Kubernetes could not read it',
      {
        place: { file },
        hint: 'Decrypt the file, put encrypted_regex: ^(data|stringData)$ into its rule in .sops.yaml, and encrypt it again.',
      },
    );
  }
  return new SopskitError('manifest.invalid', 'the file holds no Secret (apiVersion v1, kind Secret)', {
    place: { file },
    hint: 'For other files there are `sopskit set` and `sopskit edit`.',
  });
}
