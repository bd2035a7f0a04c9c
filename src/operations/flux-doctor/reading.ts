import type { Mapping } from '../../tree/value.ts';

/** What was read of a cluster, and nothing but that: `diagnose` explains it without asking anything more. */
export interface Reading {
  readonly context: string;
  readonly server: string;
  readonly now: Date;
  /** Sources, Kustomizations and HelmReleases, by `Kind/namespace/name`. */
  readonly objects: ReadonlyMap<string, FluxObject>;
  /** Objects that Kustomizations applied, by inventory id. */
  readonly applied: ReadonlyMap<string, AppliedObject>;
  /**
   * The last failure of an object that no success followed, as its events tell it: while a controller tries again, its
   * Ready condition says only that it is at work.
   */
  readonly failures: ReadonlyMap<string, Condition>;
  /** Secrets that decryption refers to, by `namespace/name`; `null`: not there. Absent: could not be read. */
  readonly secrets: ReadonlyMap<string, readonly SecretKey[] | null>;
  /** Flux's controllers, by name; empty where they could not be read. */
  readonly controllers: ReadonlyMap<string, Controller>;
  /** The cluster's DNS domain as its DNS server has it; `null`: not known. */
  readonly dnsDomain: string | null;
  /** What could not be read, in words. */
  readonly unread: readonly string[];
  /** How kubectl and flux reach this cluster: `--context x`, or empty. */
  readonly flags: string;
}

/** A source, Kustomization or HelmRelease. */
export interface FluxObject {
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly role: 'source' | 'kustomization' | 'release';
  readonly manifest: Mapping;
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly suspended: boolean;
  /** When it was asked to be deleted. */
  readonly deleting: Date | null;
  readonly finalizers: readonly string[];
  readonly generation: number;
  /** -1 until a first success. */
  readonly observed: number;
  readonly created: Date;
  /** Of a source the artifact's, of a Kustomization the last one that was applied. */
  readonly revision: string | null;
  /** Keys of what it cannot do without: its source, its dependencies. */
  readonly needs: readonly string[];
  /** Ids of its inventory; none where it applies to another cluster. */
  readonly inventory: readonly string[];
}

export interface Condition {
  readonly status: string;
  readonly reason: string;
  /** Without temporary folders and values. */
  readonly message: string;
  readonly since: Date | null;
}

/** An object of an inventory, as it is live. */
export interface AppliedObject {
  readonly id: string;
  /** `namespace/name` of the Kustomization that its labels name; `null`: none. */
  readonly owner: string | null;
  readonly deleting: Date | null;
  readonly finalizers: readonly string[];
  /** Keys of a Secret or ConfigMap whose values are ciphertext of sops. */
  readonly sealed: readonly string[];
}

export interface SecretKey {
  readonly name: string;
  readonly empty: boolean;
}

export interface Controller {
  readonly namespace: string;
  readonly name: string;
  readonly ready: boolean;
  readonly args: readonly string[];
}

export function keyOfObject(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
