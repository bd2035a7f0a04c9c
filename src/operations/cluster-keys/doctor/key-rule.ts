import type { Place } from '../../../errors/sopskit-error.ts';
import type { Finding, Level, RuleInfo } from '../../../findings/finding.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { KeyScene, SceneCluster } from './scene.ts';

/** One kind of thing that `keys doctor` looks for. Registered in `registry.ts`. */
export interface KeyRule {
  /** What it reports. */
  readonly infos: readonly RuleInfo[];
  /** Looks at everything; what it finds it tells the scene. */
  look(scene: KeyScene): void | Promise<void>;
}

/** What a rule tells of one thing that is wrong. */
export interface KeyRemark {
  readonly cluster: SceneCluster | null;
  /** Kustomizations (`namespace/name`) that it is about. */
  readonly kustomizations: readonly string[];
  readonly secret?: SecretRef;
  readonly place?: Place;
  /** What is wrong and what happens, one sentence without its full stop. Never a value. */
  readonly message: string;
  /** What to do, one sentence. */
  readonly fix: string;
  /** Commands that do it, in their order, each complete: they can be pasted. */
  readonly mend?: readonly string[];
  /** Default: the level of the rule. */
  readonly level?: Level;
}

/** One thing that is wrong with keys. Never holds a key or a value. */
export interface KeyFinding extends Finding {
  /** Name of the cluster, as `SceneCluster.name`; `null`: of none in particular. */
  readonly cluster: string | null;
  readonly kustomizations: readonly string[];
  readonly secret: SecretRef | null;
  readonly mend: readonly string[];
}
