import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { type Branch, fetchBranch, isAncestor } from './branch.ts';

/** Tells whether revisions that the cluster has reached have a commit in their history. */
export class Reach {
  readonly #system: System;
  readonly #git: Git;
  readonly #branch: Branch;
  readonly #commit: string;
  readonly #known = new Map<string, boolean>();

  constructor(system: System, git: Git, branch: Branch, commit: string) {
    this.#system = system;
    this.#git = git;
    this.#branch = branch;
    this.#commit = commit;
  }

  /** Returns those of the revisions (`main@sha1:…`) that are the commit, or come after it. */
  async of(revisions: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const reaching = new Set<string>();
    for (const revision of revisions) if (await this.#reaches(revision)) reaching.add(revision);
    return reaching;
  }

  async #reaches(revision: string): Promise<boolean> {
    const commit = commitOf(revision);
    if (commit === null) return false;
    if (commit === this.#commit) return true;
    const known = this.#known.get(commit) ?? (await this.#ask(commit));
    this.#known.set(commit, known);
    return known;
  }

  /** A commit that is not here was pushed by somebody else since. */
  async #ask(commit: string): Promise<boolean> {
    if (!(await this.#isHere(commit))) {
      try {
        await fetchBranch(this.#system, this.#git, this.#branch, 'git.failed');
      } catch (error) {
        if (!(error instanceof SopskitError)) throw error;
        return false;
      }
    }
    return isAncestor(this.#git, this.#commit, commit);
  }

  async #isHere(commit: string): Promise<boolean> {
    return (
      (await this.#git.run(['cat-file', '-e', `${commit}^{commit}`], { statuses: [1, 128] })).status === 0
    );
  }
}

/** The commit of a revision as status has it; `null` for none. */
export function commitOf(revision: string): string | null {
  return /(?:^|[:/])([0-9a-f]{40,64})$/.exec(revision)?.[1] ?? null;
}
