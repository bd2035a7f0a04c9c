import type { Cluster } from '../../cluster/cluster.ts';
import type { KustomizationDecryption, SecretRef } from '../../flux/decryption/decryption.ts';
import type { ClusterModel } from '../../flux/model/model.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';

/** A live cluster, and which of the repository's clusters it is. */
export interface BoundCluster {
  readonly cluster: Cluster;
  /** `null`: the repository has none for it, or there is no repository. */
  readonly model: ClusterModel | null;
  /**
   * How it was told: its entry Kustomization has the model's path (`live`); the user named it (`named`); the repository
   * has no other (`only`); the context is called like it (`context`). `none`: there is no model.
   */
  readonly by: 'live' | 'named' | 'only' | 'context' | 'none';
  /** All live Kustomizations by `namespace/name`; empty where Flux is not installed. */
  readonly live: ReadonlyMap<string, LiveKustomization>;
  /** `null`: no kustomize-controller was found, or it may not be read. */
  readonly controller: FluxController | null;
}

/** What a cluster's kustomize-controller is started with. */
export interface FluxController {
  /** Its namespace: where the Secret of `--sops-age-secret` lies. */
  readonly namespace: string;
  /** Flux's release, `v2.9.4`, as the label `app.kubernetes.io/version` has it; `null`: not told. */
  readonly version: string | null;
  /** Whether it reads post-quantum age keys: kustomize-controller 1.9 and later (Flux 2.9); `null`: not known. */
  readonly readsHybrid: boolean | null;
  /** The value of `--sops-age-secret`; `null`: it has none. */
  readonly sopsAgeSecret: string | null;
}

/** A Secret that Kustomizations decrypt with. */
export interface KeyTarget {
  readonly ref: SecretRef;
  /** Whether it is the controller's own (`--sops-age-secret`), of Kustomizations without a secretRef. */
  readonly global: boolean;
  readonly kustomizations: readonly KustomizationDecryption[];
}
