import type { Place } from '../../errors/sopskit-error.ts';
import type { Finding, Level, RuleInfo } from '../../findings/finding.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { RepositoryModel } from '../model/model.ts';
import { findFileUses, type UsedFile } from './file-use.ts';
import { LintCluster } from './lint-cluster.ts';
import { LintFiles } from './lint-files.ts';

/** What a rule tells of one thing that is wrong. */
export interface Remark {
  readonly place: Place;
  /** One sentence without its full stop. Never a value. */
  readonly message: string;
  readonly fix: string;
  /** Default: the level of the rule. */
  readonly level?: Level;
}

/** What the rules of one run share. */
export class LintScene {
  readonly model: RepositoryModel;
  /** All files of the repository, also those that no cluster reads. */
  readonly snapshot: Snapshot;
  readonly files: LintFiles;
  readonly clusters: readonly LintCluster[];
  readonly #findings = new Map<string, Finding>();
  #used: Promise<readonly UsedFile[]> | null = null;

  static async open(model: RepositoryModel, snapshot: Snapshot): Promise<LintScene> {
    const files = new LintFiles();
    const clusters: LintCluster[] = [];
    for (const cluster of model.clusters) clusters.push(await LintCluster.open(cluster, files));
    return new LintScene(model, snapshot, { files, clusters });
  }

  private constructor(
    model: RepositoryModel,
    snapshot: Snapshot,
    { files, clusters }: { readonly files: LintFiles; readonly clusters: readonly LintCluster[] },
  ) {
    this.model = model;
    this.snapshot = snapshot;
    this.files = files;
    this.clusters = clusters;
  }

  /** Every file that a Kustomization of any cluster reads, with all of them that do. */
  usedFiles(): Promise<readonly UsedFile[]> {
    this.#used ??= findFileUses(this.clusters);
    return this.#used;
  }

  /** The same of two clusters is told once. */
  tell(rule: RuleInfo, { place, message, fix, level = rule.level }: Remark): void {
    const key = JSON.stringify([rule.code, place.file, place.line, place.path, message]);
    if (!this.#findings.has(key)) this.#findings.set(key, { rule, level, place, message, fix });
  }

  get findings(): Finding[] {
    return [...this.#findings.values()];
  }
}
