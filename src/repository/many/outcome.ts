import type { ErrorCode } from '../../errors/codes.ts';
import { type Place, SopskitError } from '../../errors/sopskit-error.ts';

/** A file that a command on many files works on. */
export interface ManyFile {
  /** Absolute. */
  readonly path: string;
  /** As the user would type it. */
  readonly shown: string;
  /** Whether it was given by its name, and not found in a folder or by a glob. */
  readonly named: boolean;
}

/** Why a file stayed as it was. Stable: programs read them. */
export type Reason = UnchangedReason | SkippedReason;
export type UnchangedReason = 'already-encrypted' | 'in-sync' | 'verified' | 'same-bytes';
export type SkippedReason =
  | 'not-encrypted'
  | 'no-secret'
  | 'no-rule'
  | 'nothing-selected'
  | 'refused'
  | 'unparsable'
  | 'too-large'
  | 'gone'
  | 'passed-over'
  | 'no-files';

/** What one key group gets and loses; keys as sops names them. */
export interface KeyChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What became of one file. Plain data: it crosses threads. */
export type Outcome = (
  | {
      readonly kind: 'changed';
      /** How the recipients change, one entry a key group; absent where the command does not change them. */
      readonly keys?: readonly KeyChange[];
      /** Shamir thresholds, where they change; 0 is none. */
      readonly threshold?: { readonly from: number; readonly to: number };
    }
  | { readonly kind: 'unchanged'; readonly reason: UnchangedReason }
  | { readonly kind: 'skipped'; readonly reason: SkippedReason; readonly detail?: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
) & {
  /** Remarks on this file that do not stop the work. */
  readonly warnings?: readonly string[];
};

/** An error as data. */
export interface Failure {
  /** `null` for a mistake in sopskit itself. */
  readonly code: ErrorCode | null;
  /** Empty where `code` is `null`: a foreign error's message could hold a value. */
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
}

/** Does the work on one file. Never throws. */
export type FileWork = (file: ManyFile) => Promise<Outcome>;

export function failureOf(error: unknown): Failure {
  if (!(error instanceof SopskitError)) return { code: null, message: '' };
  const { code, message, place, hint } = error;
  return {
    code,
    message,
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Returns the error again, for whoever throws it on this side. */
export function errorOf({ code, message, place, hint }: Failure): SopskitError {
  return new SopskitError(code ?? 'process.failed', code === null ? 'an internal error' : message, {
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
  });
}
