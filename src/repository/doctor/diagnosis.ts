import type { ListedPlace } from '../../keys/listed-place.ts';

/*
 * What `keys doctor` found out, as plain data. It holds public halves, paths and reasons; never a private key, a data
 * key or a value.
 */

/** One sentence about something that is not as it should be, and what to do. */
export interface Remark {
  readonly text: string;
  readonly hint?: string;
}

/** What stands between one recipient of a file and its data key. */
export interface RecipientVerdict {
  readonly id: string;
  readonly source: string;
  readonly name: string | null;
  /**
   * `opens`: a key here opens it. `absent`: its key is not here. `mismatch`: its key is here, but the data key was not
   * wrapped for it. `damaged`: what is wrapped cannot be read. `failed`: its key is here and could not be used.
   * `unsupported`: a kind of key that this release cannot use.
   */
  readonly verdict: 'opens' | 'absent' | 'mismatch' | 'damaged' | 'failed' | 'unsupported';
  /** Where the key is that was tried; `null` for none. */
  readonly place: string | null;
  /** Why, for people; empty where the verdict says all. */
  readonly reason: string;
  /** What would make it usable; `null` for nothing in particular. */
  readonly hint: string | null;
}

export type FileVerdict =
  | 'opens'
  | 'missing'
  | 'unreadable'
  | 'not-encrypted'
  | 'key-file'
  | 'conflict'
  | 'damaged'
  | 'no-key'
  | 'broken-key'
  | 'mac'
  | 'value';

export interface Diagnosis {
  readonly version: 1;
  /** As it was given; `null` for a check of the machine alone. */
  readonly file: string | null;
  /** Whether `decrypt` would succeed; without a file: whether any key is here. */
  readonly opens: boolean;
  readonly verdict: FileVerdict | 'keys' | 'no-keys';
  /** One sentence, or several lines. */
  readonly reason: string;
  /** What to do, most promising first. */
  readonly next: readonly string[];
  /** Of how many key groups parts are needed; 0 where nothing was read. */
  readonly needed: number;
  readonly groups: readonly (readonly RecipientVerdict[])[];
  /** What is odd about variables and key files, whether or not it matters here. */
  readonly remarks: readonly Remark[];
  /** Where keys were looked for. */
  readonly places: readonly ListedPlace[];
}
