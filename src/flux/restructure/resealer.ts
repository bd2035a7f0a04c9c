import type { Snapshot } from '../../repository/snapshot.ts';

/** An encrypted file that moves; paths from the repository's top. */
export interface SealedMove {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
  /** The states before and after: their `.sops.yaml` files decide. */
  readonly base: Snapshot;
  readonly head: Snapshot;
}

/** What has to be done to an encrypted file whose path changes. */
export type Resealing =
  /** No sops metadata in it, or the rule of the new path wants what the file has. */
  | { readonly kind: 'fits' }
  /** Sealed anew for the rule of the new path. `changes`: what changed, in words, without any value. */
  | { readonly kind: 'resealed'; readonly bytes: Uint8Array; readonly changes: string }
  /** Why it must not go there, and what helps. */
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string };

/** Looks after encrypted files that move: their rules and recipients are chosen by path. */
export interface Resealer {
  reseal(move: SealedMove): Promise<Resealing>;
}
