import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Git } from '../../../repository/git/git.ts';
import { isAncestor } from '../../git/branch.ts';
import { commitOf } from '../../git/reach.ts';
import type { Home } from './decrypting-view.ts';

/** How often a commit is asked for: it may be of another branch, or gone. */
const mostTries = 4;

/** Tells whether revisions that a cluster names are a commit, or have it in their history. */
export class Revisions {
  readonly #git: Git;
  readonly #commit: string;
  readonly #remote: string | null;
  readonly #branch: string | null;
  readonly #known = new Map<string, boolean>();
  readonly #tries = new Map<string, number>();

  /** `home.branch` is fetched from `remote` where a revision is not here; `remote` `null`: nothing is fetched. */
  constructor(git: Git, commit: string, remote: string | null, { branch }: Home) {
    this.#git = git;
    this.#commit = commit;
    this.#remote = remote;
    this.#branch = branch;
  }

  /** Returns those of the revisions (`main@sha1:…`) that have the commit. Throws `git.*`. */
  async reaching(revisions: Iterable<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const revision of new Set(revisions)) if (await this.#reaches(revision)) found.add(revision);
    return found;
  }

  async #reaches(revision: string): Promise<boolean> {
    const commit = commitOf(revision);
    if (commit === null) return false;
    if (commit === this.#commit) return true;
    const known = this.#known.get(commit);
    if (known !== undefined) return known;
    if (!(await this.#isHere(commit)) && !(await this.#fetch(commit))) return false;
    const reaches = await isAncestor(this.#git, this.#commit, commit);
    this.#known.set(commit, reaches);
    return reaches;
  }

  async #isHere(commit: string): Promise<boolean> {
    const { status } = await this.#git.run(['cat-file', '-e', `${commit}^{commit}`], { statuses: [1, 128] });
    return status === 0;
  }

  /** What is not here was pushed by somebody else since. Returns whether it is here then. */
  async #fetch(commit: string): Promise<boolean> {
    const tries = this.#tries.get(commit) ?? 0;
    if (this.#remote === null || this.#branch === null || tries >= mostTries) return false;
    this.#tries.set(commit, tries + 1);
    try {
      await this.#git.run(['fetch', '--quiet', '--no-tags', this.#remote, `refs/heads/${this.#branch}`]);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
      return false;
    }
    return this.#isHere(commit);
  }
}
