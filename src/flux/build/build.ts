import type { Mapping } from '../../tree/value.ts';
import type { FluxKustomization } from '../kustomization.ts';
import type { ObjectId } from '../object-id.ts';
import type { Unknown } from '../unknown.ts';
import type { SourceTree } from './source-tree.ts';

/** One object that a Kustomization applies: after kustomize, decryption, substitution, owner labels. */
export interface BuiltObject {
  /** As the inventory has it (`printId`). */
  readonly id: string;
  readonly identity: ObjectId;
  readonly apiVersion: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** Holds opened Secrets: print through `flux/build/masked.ts` only. */
  readonly manifest: Mapping;
  /** Equal where two objects are equal in every field: SHA-256 of a canonical form. Never printed. */
  readonly digest: string;
  /**
   * Texts in it that were decrypted, or come from Secrets as variables; `masked` takes them out. Absent: none.
   */
  readonly secrets?: ReadonlySet<string>;
  /**
   * Of a Kustomization of Flux and of a Secret: the manifest with other values for variables that are not known, as it was
   * before the labels of its owner. Absent: none are in it.
   */
  readonly alternative?: Mapping;
}

/** What the controller would do with a Kustomization at one state of its source. */
export type Build =
  /** Applied. `unknowns`: parts of objects that could not be told (values, not ids). */
  | {
      readonly kind: 'built';
      /** In the order in which the controller applies them. */
      readonly objects: readonly BuiltObject[];
      readonly unknowns: readonly Unknown[];
    }
  /** The controller fails for certain, with this reason in its words: it applies and prunes nothing. */
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  /** It cannot be told what is built. */
  | { readonly kind: 'unknown'; readonly unknowns: readonly Unknown[] };

/** What a build takes from the cluster: ConfigMaps and Secrets that variables come from. */
export interface ClusterObjects {
  /** Returns the object's manifest, opened; `null`: not in the repository, so not known. */
  find(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): Mapping | null;
  /**
   * The scope that a CustomResourceDefinition of the repository gives its kind; `null`: none is in it. Absent: none is
   * known, and custom objects are taken to be namespaced where they name a namespace (`build/scope.ts`).
   */
  scope?(group: string, kind: string): 'Namespaced' | 'Cluster' | null;
  /**
   * Whether its controller puts an empty text in for a variable that is not defined: Flux before 2.9, or with its
   * feature gate `StrictPostBuildSubstitutions` switched off. Absent: no, it fails.
   */
  readonly lenient?: boolean;
}

/** Builds Kustomizations as kustomize-controller does. Builds are kept by the content of all they read. */
export interface Builder {
  build(kustomization: FluxKustomization, tree: SourceTree, cluster: ClusterObjects): Promise<Build>;
  /** Ends what runs and removes what was written; nothing is built after it. */
  close(): Promise<void>;
}
