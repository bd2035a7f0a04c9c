import { SopskitError } from '../errors/sopskit-error.ts';
import type { EncryptOptions } from './encrypt.ts';
import { openFile } from './open-file.ts';
import type { ReadableValue } from './readable-values.ts';
import { editableText, reencrypt } from './reencrypt.ts';
import { requireSelector, type SealedFile } from './sealed-file.ts';

/**
 * Seals values that were written into a sealed file in clear, with the file's own data key, and makes the MAC anew. All
 * else has to be as it was sealed: the old MAC must fit the file without these values, for otherwise a new one would
 * vouch for changes that nobody looked at. `ignoreMac` seals it all the same.
 *
 * Throws as opening and encrypting do; `sops.mac` where something else was changed.
 */
export async function sealReadable(
  file: SealedFile,
  readable: readonly ReadableValue[],
  options: EncryptOptions & { readonly ignoreMac?: boolean },
): Promise<Uint8Array> {
  requireSelector(file);
  const added = new Set(readable.map(({ leaf }) => leaf));
  const silent = { ...options.system, warn: () => undefined }; // readable comments are sealed, too
  try {
    const open = await openFile(file, { ...options, system: silent, added });
    try {
      const plain = file.document.format.parse(editableText(open));
      return await reencrypt(open, plain, { ...options, allowPlaintext: true });
    } finally {
      open.dataKey.wipe();
    }
  } catch (error) {
    throw error instanceof SopskitError && error.code === 'sops.mac' ? changedElsewhere(error) : error;
  }
}

function changedElsewhere(cause: SopskitError): SopskitError {
  return new SopskitError(
    'sops.mac',
    'values were added in clear, and others were changed, too: the MAC does not fit the rest of the file',
    {
      ...(cause.place === undefined ? {} : { place: cause.place }),
      hint: 'Look at the file (`sopskit decrypt --ignore-mac FILE`, `git diff`). To seal it as it stands: `sopskit encrypt -i --ignore-mac FILE FOLDER…`.',
      cause,
    },
  );
}
