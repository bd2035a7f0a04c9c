import { SopskitError } from '../errors/sopskit-error.ts';
import { commandFor, type Doing, thing } from './doing.ts';

const writing: ReadonlySet<string> = new Set(['apply', 'patch', 'delete', 'create']);

/** Whether a request is one that writes, also where it is a dry run. */
export function isWriting({ verb }: Doing): boolean {
  return writing.has(verb);
}

/** Whether a request changes something. */
export function isChanging(doing: Doing): boolean {
  return isWriting(doing) && doing.dryRun !== true;
}

/**
 * Makes of an error about a request that was sent, and whose answer is not known, one that says so: the change may have
 * been made. Of a request that only reads, and of a dry run, nothing more is to be said.
 */
export function uncertainty(error: SopskitError, doing: Doing): SopskitError {
  if (!isChanging(doing)) return error;
  return new SopskitError(
    'cluster.uncertain',
    `${error.message}; whether ${thing(doing)} was changed (${doing.verb}) is not known`,
    {
      hint: `${commandFor(doing)} shows what is there; running the command again does no harm.`,
      ...(error.cause === undefined ? {} : { cause: error.cause }),
    },
  );
}
