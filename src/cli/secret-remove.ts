import { SopskitError } from '../errors/sopskit-error.ts';
import {
  type SecretObject,
  secretEntries,
  secretObjects,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import { sealedLength } from '../sops/sealed-length.ts';
import { printablePath } from '../system/path-text.ts';
import type { Mapping } from '../tree/value.ts';

/**
 * Throws `manifest.invalid` where a key is the last encrypted value of its file: what would be left has a `sops` block and
 * nothing that it encrypts.
 */
export function checkNotLast(
  branches: readonly Mapping[],
  secret: SecretObject,
  { file, key }: { readonly file: string; readonly key: string },
): void {
  const others = secretObjects(branches).flatMap((one) =>
    secretEntries(one).filter((entry) => {
      const isIt =
        one.branch === secret.branch && String(one.path) === String(secret.path) && entry.key === key;
      return !isIt && entry.value.kind === 'string' && sealedLength(entry.value.value) !== null;
    }),
  );
  if (others.length > 0) return;
  throw new SopskitError(
    'manifest.invalid',
    `${key} is the last value of ${titleOf(secret)}: nothing encrypted would be left in the file`,
    {
      place: { file },
      hint: `To remove the Secret, remove the file: git rm ${printablePath(file)}`,
    },
  );
}
