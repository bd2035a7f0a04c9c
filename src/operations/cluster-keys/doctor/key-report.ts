import type { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KeyFinding } from './key-rule.ts';
import type { SceneCluster } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** What `keys doctor` found out about a repository and a cluster. */
export interface KeyReport {
  readonly clusters: readonly ReportedCluster[];
  readonly findings: readonly KeyFinding[];
  /** Files whose MAC could not be checked, as no key that is here opens them. */
  readonly unchecked: readonly string[];
  /** What could not be looked at, a sentence each. */
  readonly missed: readonly string[];
  /** Why the cluster, which was asked for, or the repository could not be looked at; `null`: it could. */
  readonly failure: SopskitError | null;
}

export interface ReportedCluster {
  readonly cluster: SceneCluster;
  /** By `namespace/name` of the Kustomization. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Whether something is to mend: errors and warnings are, notes are not. */
export function isToMend({ findings }: Pick<KeyReport, 'findings'>): boolean {
  return findings.some(({ level }) => level !== 'note');
}
