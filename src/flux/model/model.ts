import type { Place } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Build, BuiltObject } from '../build/build.ts';
import type { SourceTree } from '../build/source-tree.ts';
import type { FluxKustomization } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';

/** A repository as the controllers of its clusters read it, at one state. */
export interface RepositoryModel {
  /** For messages: `the working tree`, a commit's id. */
  readonly label: string;
  readonly clusters: readonly ClusterModel[];
}

/** What one entry point leads to. */
export interface ClusterModel {
  /** The entry's sync path (`clusters/homelab`); two models of one cluster have one name. Empty path: `.`. */
  readonly name: string;
  readonly entry: Entry;
  /** By `namespace/name`, in the order in which they are reached. */
  readonly kustomizations: ReadonlyMap<string, KustomizationNode>;
  /** By `Kind/namespace/name`; those that are named but found nowhere are in it as opaque. */
  readonly sources: ReadonlyMap<string, SourceNode>;
  /** Whether its controller puts an empty text in for a variable that is not defined; absent: no, it fails. */
  readonly lenient?: boolean;
  /** What could not be told, builds' own among them. */
  readonly unknowns: readonly Unknown[];
}

/** Where a cluster's tree begins. */
export interface Entry {
  readonly kind: 'gotk-sync' | 'flux-instance' | 'path';
  /** The file it was found in, from the repository's top; `null` for a `--path`. */
  readonly file: string | null;
  /** `namespace/name` of the Kustomization that it is. */
  readonly kustomization: string;
}

export interface KustomizationNode {
  readonly kustomization: FluxKustomization;
  /** Kustomizations (`namespace/name`) whose build has it; the entry applies itself in most repositories. */
  readonly owners: readonly string[];
  /** Key into `sources`. */
  readonly source: string;
  /** `null` where the source is opaque. */
  readonly tree: SourceTree | null;
  readonly build: Build;
  /** Where its manifest is written, as far as it can be told. */
  readonly place: Place | null;
}

export interface SourceNode {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `null` where it is named only. */
  readonly manifest: Mapping | null;
  readonly content: SourceContent;
  /** What its artifact holds; `null` where it is opaque. */
  readonly tree: SourceTree | null;
}

export type SourceContent =
  /**
   * This repository. `follows`: it moves with the revision that is looked at (the entry's branch); else it stays at
   * `revision`, a tag, commit or other branch, whatever is committed here.
   */
  | { readonly kind: 'repository'; readonly follows: boolean; readonly revision: string | null }
  | { readonly kind: 'opaque'; readonly why: Unknown };

/** All objects of a cluster by id, with the Kustomizations that have each. */
export type Ownership = ReadonlyMap<
  string,
  { readonly object: BuiltObject; readonly owners: readonly string[] }
>;
