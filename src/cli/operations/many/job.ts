import type { ManyFile, Outcome } from '../../../repository/many/outcome.ts';
import type { System } from '../../../system/system.ts';
import type { ManyRequest } from './request.ts';
import type { Shop } from './shop.ts';

/** A file that has been read. */
export interface ReadFile {
  readonly file: ManyFile;
  readonly bytes: Uint8Array;
  /** The same system, with warnings kept for this file. */
  readonly system: System;
}

/** What comes of a file: its new bytes, with what is to be said of them, or the reason why it stays. */
export type JobResult =
  | (Omit<Extract<Outcome, { kind: 'changed' }>, 'warnings'> & {
      /** `null` where a dry run need not make them. */
      readonly bytes: Uint8Array | null;
    })
  | Extract<Outcome, { kind: 'unchanged' | 'skipped' }>;

/** The work of one command on one file. Throws SopskitError: the file failed. */
export type Job<Request = ManyRequest> = (shop: Shop, request: Request, read: ReadFile) => Promise<JobResult>;
