import type { Place } from '../errors/sopskit-error.ts';
import type { Mapping, Value } from '../tree/value.ts';
import type { SelectorFields } from './selector.ts';

/** A `.sops.yaml` as sops 3.13.3 reads it (config/config.go): typed, but with nothing looked up yet. */
export interface Config {
  /** Its path, as errors name it. */
  readonly file: string;
  /** `null` where the field is absent or null: sops then takes the file for missing. An empty list matches nothing. */
  readonly creationRules: readonly CreationRule[] | null;
  readonly destinationRules: readonly DestinationRule[];
  readonly stores: Stores;
  /** Fields that sops ignores, in the order of the file. A typing error more often than not. */
  readonly unknown: readonly UnknownField[];
}

export interface CreationRule {
  /** Position in `creation_rules`, from 0. */
  readonly index: number;
  readonly place: Place;
  /** Where each field stands, by its name. */
  readonly places: ReadonlyMap<string, Place>;
  /** An RE2 expression; empty matches every file. */
  readonly pathRegex: string;
  /** Recipients outside `key_groups`, by field (`age`, `kms`, …). Of any type: sops looks only when it uses the rule. */
  readonly recipients: ReadonlyMap<string, Value>;
  readonly awsProfile: string;
  readonly keyGroups: readonly KeyGroup[];
  /** 0 where it is not set: all groups. */
  readonly shamirThreshold: number;
  readonly selectors: SelectorFields;
  readonly macOnlyEncrypted: boolean;
}

/** One item of `key_groups`. */
export interface KeyGroup {
  readonly place: Place;
  readonly merge: readonly KeyGroup[];
  /** Keys by field: texts (`age`, `pgp`, `hc_vault`), or mappings of their fields (`kms`, `gcp_kms`, …). */
  readonly keys: ReadonlyMap<string, readonly GroupKey[]>;
}

export interface GroupKey {
  readonly place: Place;
  readonly value: string | Mapping;
}

/** A rule of `sops publish`. */
export interface DestinationRule {
  readonly index: number;
  readonly place: Place;
  readonly pathRegex: string;
  readonly s3: { readonly bucket: string; readonly prefix: string };
  readonly gcs: { readonly bucket: string; readonly prefix: string };
  readonly vault: {
    readonly path: string;
    readonly address: string;
    readonly mountName: string;
    /** 0 where it is not set. */
    readonly version: number;
  };
  readonly recreationRule: CreationRule;
  readonly omitExtensions: boolean;
}

/** Indentation of written files, as `.sops.yaml` gives it; the defaults are sops' (4 for YAML, a tab for JSON). */
export interface Stores {
  /** 0: the default. */
  readonly yaml: { readonly indent: number };
  /** -1: a tab. */
  readonly json: { readonly indent: number };
  readonly jsonBinary: { readonly indent: number };
}

export interface UnknownField {
  readonly name: string;
  readonly place: Place;
}
