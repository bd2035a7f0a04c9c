import type { Cluster } from '../../../cluster/cluster.ts';
import type { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import type { KustomizationDecryption, SecretRef } from '../../../flux/decryption/decryption.ts';
import type { LintScene } from '../../../flux/lint/lint-scene.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import type { LiveKustomization } from '../../../flux/plan/change.ts';
import type { RuleRecipients } from '../../../repository/audit/rule-recipients.ts';
import type { System } from '../../../system/system.ts';
import type { Reading } from '../../flux-doctor/reading.ts';
import type { BoundCluster, FluxController } from '../bound-cluster.ts';
import type { KeySecret } from '../key-secret.ts';
import type { KeyFinding, KeyRemark } from './key-rule.ts';

/** A Kustomization, as the repository has it, as it is live, or both. */
export interface KeyedKustomization {
  /** `namespace/name` */
  readonly key: string;
  /** `null`: it is not in the repository. */
  readonly decryption: KustomizationDecryption | null;
  /** `null`: it is not live, or the cluster was not asked. */
  readonly live: LiveKustomization | null;
  /** What it decrypts with: the live one's word, by which Flux goes; the repository's where it is not live. */
  readonly provider: string | null;
  /** The Secret it decrypts with; `null`: none is named, and the controller has no own that is known. */
  readonly secret: SecretRef | null;
  /** Whether that is the controller's own (`--sops-age-secret`), of which only age keys are taken. */
  readonly global: boolean;
  /** What the repository has it decrypt with, where that is something else: so it will be. `null`: the same. */
  readonly next: Pick<KeyedKustomization, 'provider' | 'secret' | 'global'> | null;
}

/** What was found where a Secret is looked for. */
export type SecretSeen =
  | { readonly kind: 'found'; readonly secret: KeySecret }
  /** `namespaceIsThere` `null`: it may not be read. `alike`: Secrets that look as if they were meant. */
  | {
      readonly kind: 'missing';
      readonly namespaceIsThere: boolean | null;
      readonly alike: readonly SecretRef[];
    }
  | { readonly kind: 'unread'; readonly error: SopskitError };

/** What was read of a live cluster. */
export interface LiveSide {
  readonly cluster: Cluster;
  readonly bound: BoundCluster;
  /** By `namespace/name`: all that its Kustomizations decrypt with, or will. */
  readonly secrets: ReadonlyMap<string, SecretSeen>;
  /** `null`: it could not be read, or Flux is not there. */
  readonly reading: Reading | null;
  /** What else may not be read, or was refused. */
  readonly unseen: readonly Unseen[];
}

export interface Unseen {
  /** In words, for messages. */
  readonly what: string;
  /** Its hint has the rule that would allow it, where permission is what lacks. */
  readonly error: SopskitError;
}

export interface SceneCluster {
  /** The model's name (`clusters/homelab`); of a cluster that is not in the repository its context. */
  readonly name: string;
  readonly model: ClusterModel | null;
  readonly kustomizations: readonly KeyedKustomization[];
  /** `null`: only the repository is known. */
  readonly live: LiveSide | null;
  /** Its kustomize-controller, live or as the repository has it; `null`: not known. */
  readonly controller: FluxController | null;
}

/** What the rules look at. */
export interface KeyScene {
  readonly system: System;
  /** `null`: there is no Flux repository here. */
  readonly repository: {
    readonly lint: LintScene;
    readonly recipients: RuleRecipients;
  } | null;
  readonly clusters: readonly SceneCluster[];
  /** Recipients of the age identities of this machine. */
  readonly own: ReadonlySet<string>;
  readonly findings: readonly KeyFinding[];
  tell(rule: RuleInfo, remark: KeyRemark): void;
  /** Notes what could not be looked at. */
  miss(what: string): void;
  /** Counts files whose MAC could not be checked. */
  leaveUnchecked(path: string): void;
}

/** Kustomizations that decrypt with a Secret, or will once what the repository has is applied; as they then are. */
export function usersOf(cluster: SceneCluster, ref: SecretRef): readonly KeyedKustomization[] {
  return [...presentUsersOf(cluster, ref), ...nextUsersOf(cluster, ref)];
}

/** Kustomizations that decrypt with a Secret now. */
export function presentUsersOf(
  { kustomizations }: SceneCluster,
  ref: SecretRef,
): readonly KeyedKustomization[] {
  return kustomizations.filter((one) => isWith(one, ref));
}

/** Those that the repository has decrypt with it, and whose live ones do not yet. */
export function nextUsersOf({ kustomizations }: SceneCluster, ref: SecretRef): readonly KeyedKustomization[] {
  return kustomizations.flatMap((one) =>
    one.next !== null && isWith(one.next, ref) ? [{ ...one, ...one.next, next: null }] : [],
  );
}

function isWith(
  { provider, secret }: Pick<KeyedKustomization, 'provider' | 'secret'>,
  { namespace, name }: SecretRef,
): boolean {
  return provider !== null && secret?.name === name && secret.namespace === namespace;
}

/** Whether it decrypts, live or as the repository has it: its files are meant to be encrypted. */
export function isDecrypting({ provider, next }: Pick<KeyedKustomization, 'provider' | 'next'>): boolean {
  return provider !== null || (next !== null && next.provider !== null);
}

export function secretText({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}
