import type { Selector } from '../config/selector.ts';
import type { MasterKey } from '../keys/key-source.ts';
import type { Entry } from '../tree/value.ts';

/** What the `sops` block of a file says (sops.go, Metadata). */
export interface Metadata {
  /** One group, or several that each hold one Shamir part of the data key. */
  readonly keyGroups: readonly (readonly MasterKey[])[];
  /** How many groups are needed; 0 means all. Only meaningful with several groups. */
  readonly shamirThreshold: number;
  /** `null` selects everything: a binary file. */
  readonly selector: Selector | null;
  readonly macOnlyEncrypted: boolean;
  /** RFC 3339, in seconds, with its own offset: the additional data of the MAC's ciphertext. */
  readonly lastModified: string;
  /** The sealed MAC, `ENC[…]`. Empty before the first encryption. */
  readonly mac: string;
  /** Release of sops that wrote the values. */
  readonly version: string;
  /** The sealed layout record, or `null` (sops/layout.ts). */
  readonly layout: string | null;
  /** Fields that nobody here knows; they survive. */
  readonly unknown: readonly Entry[];
}

/** The release of sops whose format and behaviour this is. Written to new files. */
export const sopsVersion = '3.13.3';
