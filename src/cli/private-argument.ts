import { SopskitError } from '../errors/sopskit-error.ts';
import { looksPrivate } from '../keys/age/recipient-text.ts';

/** Refuses a private key where a file belongs, before any message can repeat it. Throws `usage.invalid`. */
export function refusePrivate(words: readonly (string | null)[]): void {
  if (!words.some((word) => word !== null && looksPrivate(word))) return;
  throw new SopskitError('usage.invalid', 'a private key was given where the name of a file belongs', {
    hint: 'What is typed stays in the history of the shell: replace that key. Keys are read from files, SOPS_AGE_KEY and SOPS_AGE_KEY_FILE.',
  });
}
