import type { Secret } from '../secret/secret.ts';
import type { System } from '../system/system.ts';
import type { Mapping } from '../tree/value.ts';

/** One master key of a file: who can unwrap the data key (or, with several key groups, one Shamir part of it). */
export interface MasterKey {
  /** The name of its source in metadata and `decryption_order`: `age`, `pgp`, `kms`, … */
  readonly source: string;
  /** What sops shows and compares: the recipient, the fingerprint, the ARN. */
  readonly id: string;
  /** The metadata fields as they are written, `enc` included once wrapped; keys sorted when written. */
  readonly fields: Mapping;
  /** The wrapped data key, or `null` before the first wrap. */
  readonly enc: string | null;
}

/**
 * A kind of master key. Registered in `keys/registry.ts`; flags, environment variables, `.sops.yaml` fields and
 * metadata decoding derive from this object. Every implementation passes `test/keys/contract.ts`.
 */
export interface KeySource {
  /** Metadata field and `decryption_order` name. */
  readonly name: string;
  /** Command-line flag for recipients (`age` for `--age`), and the environment variable sops reads for it. */
  readonly flag: {
    readonly name: string;
    readonly short?: string;
    readonly env: string;
    readonly help: string;
  };
  /** Field of a `creation_rules` item, e.g. `age`, `hc_vault_transit_uri`. */
  readonly ruleField: string;
  /** Field of a `key_groups` item, e.g. `age`, `hc_vault`. */
  readonly groupField: string;
  /** Reads comma-separated recipients, as sops does. Throws `key.invalid`. */
  parse(text: string, options?: RecipientOptions): readonly MasterKey[];
  /**
   * Reads one item of a `key_groups` list whose items are maps (`kms`: arn, role, context, aws_profile; `gcp_kms`:
   * resource_id; `hckms`: key_id; `azure_keyvault`: vaultUrl, key, version). Fields are strings, `context` a map of
   * strings; empty fields are left out. Absent where items are texts, which `parse` reads. Throws `key.invalid`.
   */
  parseFields?(fields: Mapping): MasterKey;
  /** Reads one metadata item. Throws `sops.metadata`. Unknown fields are kept in `fields`. */
  decode(fields: Mapping): MasterKey;
  /**
   * Whether wrapping for this key asks nobody, runs nothing and needs nothing but the key itself, so that any thread may
   * do it. Absent: never.
   */
  wrapsAlone?(key: MasterKey): boolean;
  /** Opens a session in which identities are found and loaded at most once. Touches nothing until asked. */
  open(system: System): KeySession;
}

/** What applies to all recipients of one text. AWS only; other sources ignore it. */
export interface RecipientOptions {
  /** `aws_profile` of the rule, `--aws-profile`. */
  readonly awsProfile?: string;
  /** `--encryption-context`: a map of strings. */
  readonly encryptionContext?: Mapping;
}

/** Wraps and unwraps data keys for one run. */
export interface KeySession {
  /** Returns the key with `enc` (and `created_at`, where the source has one) set. Throws `key.wrap`. */
  wrap(key: MasterKey, dataKey: Secret): Promise<MasterKey>;
  /** Returns the data key. Throws `key.unavailable` with what was tried, where, and what to do next. */
  unwrap(key: MasterKey): Promise<Secret>;
}
