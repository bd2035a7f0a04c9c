import type { ErrorCode } from './codes.ts';

/** Where in a file something is wrong. Lines and columns count from 1, as editors show them. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Tree path, outermost first: `['data', 'password']`; a number is a list index. */
  readonly path?: readonly (string | number)[];
}

export interface ErrorDetails {
  readonly place?: Place;
  /** What to type or do next, in one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one kind of error sopskit throws.
 *
 * `code` is for programs, `message` for people, `hint` says what to do next. A message carries paths, types and
 * lengths, never a value, a key or a MAC.
 */
export class SopskitError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SopskitError';
    this.code = code;
    this.place = details.place;
    this.hint = details.hint;
  }

  /** Returns the same error, placed: fields already known win over `place`. */
  at(place: Place): SopskitError {
    const details: ErrorDetails = {
      place: { ...place, ...this.place },
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    };
    const placed = new SopskitError(this.code, this.message, details);
    if (this.stack !== undefined) placed.stack = this.stack; // where it happened, not where it was placed
    return placed;
  }
}
