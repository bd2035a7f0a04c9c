import { SopskitError } from '../errors/sopskit-error.ts';

/** Whether JavaScript could not hold a text: strings end at 512 MiB. */
export function isTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'ERR_STRING_TOO_LONG' || (error instanceof RangeError && /string length/.test(error.message))
  );
}

export function tooLong(cause: unknown): SopskitError {
  return new SopskitError(
    'file.too-large',
    'the file is too large: its encrypted text would exceed 512 MiB',
    {
      hint: 'Encrypt large files with age itself, and keep only their key in a SOPS file.',
      cause,
    },
  );
}
