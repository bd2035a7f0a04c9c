import { SopskitError } from '../../errors/sopskit-error.ts';

/** The error for a key that is there but stays locked. */
export function wrongPassphrase(): SopskitError {
  return new SopskitError('identity.invalid', 'the passphrase is wrong', {
    hint: 'Run the command again and type the passphrase again.',
  });
}
