import type { RuleInfo } from '../../findings/finding.ts';
import type { Scene } from './scene.ts';
import type { Subject } from './subject.ts';

/** One thing that `check` looks for. Registered in `registry.ts`. */
export interface Rule {
  /** What it reports. */
  readonly infos: readonly RuleInfo[];
  /** Starts it for one run. */
  start(scene: Scene): RuleRun;
}

/** A rule at work. What it finds it tells the scene. */
export interface RuleRun {
  /** Looks at one file. The bytes are gone when the next one comes: nothing of them may be kept. */
  file?(subject: Subject): void | Promise<void>;
  /** Called after the last file, for what only shows when all were seen. */
  end?(): void | Promise<void>;
}
