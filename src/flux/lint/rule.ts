import type { RuleInfo } from '../../findings/finding.ts';
import type { LintScene } from './lint-scene.ts';

/** One thing that `flux lint` looks for. Registered in `registry.ts`. */
export interface FluxRule {
  /** What it reports. */
  readonly infos: readonly RuleInfo[];
  /** Looks at everything; what it finds it tells the scene. */
  lint(scene: LintScene): void | Promise<void>;
}
