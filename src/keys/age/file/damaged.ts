import { SopskitError } from '../../../errors/sopskit-error.ts';

/** The error for age data that is not what an age file may be; `reason` quotes nothing of it. */
export function damaged(reason: string): SopskitError {
  return new SopskitError('key.unavailable', `the age data is damaged: ${reason}`, {
    hint: 'Restore the "enc" field from version control, or run updatekeys with an identity of another recipient.',
  });
}
