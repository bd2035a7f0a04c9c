import type { Unknown } from '../unknown.ts';

/** Something encrypted that no identity here opens. `what`: what cannot be told. */
export function missingKey(subject: string, what: string): Unknown {
  return {
    reason: 'missing-key',
    subject,
    message: `${subject} cannot be opened with the identities here: ${what} cannot be told`,
    fix: 'Provide an identity that opens it (SOPS_AGE_KEY_FILE), or ask somebody who has one.',
  };
}
