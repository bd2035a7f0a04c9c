import type { CurrentFile } from './current-files.ts';
import type { Traces } from './data-keys.ts';
import type { Attempt } from './opener.ts';
import type { Reader } from './sealed-version.ts';
import type { Version } from './versions.ts';

/** An encrypted file of today while the audit works on it. */
export interface Subject extends CurrentFile {
  readonly readers: readonly Reader[];
  readonly alone: ReadonlySet<string>;
  readonly traces: Traces;
  readonly verdict: Attempt['verdict'] | 'untried';
  /** Its number in `DataKeys`. */
  readonly node: number;
}

/** A version of a file in history, with its number in `DataKeys`. */
export interface NumberedVersion extends Version {
  readonly node: number;
}
