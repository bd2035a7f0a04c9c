import type { ConnectionOptions } from '../../../cluster/connection.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { WorkspaceOptions } from '../../../flux/workspace.ts';
import type { Narrator } from '../../watch/narrator.ts';
import type { RetireReport } from './report.ts';

/** What `keys retire` is asked for. */
export interface RetireRequest {
  /** `age1…`; `null`: the one that a key file says was replaced. */
  readonly recipient: string | null;
  /** One a cluster. */
  readonly connections: readonly ConnectionOptions[];
  readonly workspace: WorkspaceOptions;
  /** The only Secret to look at; `null`: all that Kustomizations decrypt with. */
  readonly secret: SecretRef | null;
  /** Whether revisions that the clone does not have may be fetched. */
  readonly fetch: boolean;
  /** Whether no copy of the private key is kept. */
  readonly destroy: boolean;
  /** Folder for the retired key, absolute; `null`: `retired` beside the key file. */
  readonly archive: string | null;
  readonly dryRun: boolean;
  /** Whether it is looked whether all still decrypt afterwards. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** Kustomizations for which the user's word stands. */
  readonly unneeded: readonly string[];
  readonly forceConflicts: boolean;
}

export interface RetireTalk {
  readonly tell: Narrator;
  /** Asked once, before anything is removed. */
  confirm(plan: RetireReport): Promise<boolean>;
}
