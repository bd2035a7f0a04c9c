import type { FormatName } from '../../../src/formats/format.ts';
import type { Path } from '../../../src/tree/path.ts';
import type { Policy } from './policies.ts';

/** How a call of sops ended: what it printed, or the file that it left behind. */
export interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What the comparisons ask of the real sops, which holds the TEST key of the suite. */
export interface Peer {
  encrypt(format: FormatName, bytes: Uint8Array, policy: Policy): Promise<Ended>;
  decrypt(
    format: FormatName,
    bytes: Uint8Array,
    options?: { readonly output?: FormatName; readonly extract?: Path },
  ): Promise<Ended>;
  change(format: FormatName, bytes: Uint8Array, change: Change): Promise<Ended>;
}

export type Change =
  | { readonly kind: 'set'; readonly path: Path; readonly json: string }
  | { readonly kind: 'unset'; readonly path: Path }
  | { readonly kind: 'rotate' };
