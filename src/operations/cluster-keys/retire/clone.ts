import { SopskitError } from '../../../errors/sopskit-error.ts';
import { isSameRepository } from '../../../flux/source/repository-url.ts';
import type { Git } from '../../../repository/git/git.ts';
import type { System } from '../../../system/system.ts';
import { askingEnvironment } from '../../git/branch.ts';
import type { UnknownNeed } from './verdict.ts';

/** A branch that clusters follow, as its remote has it now. */
export interface Head {
  /** `null`: what is checked out, where no branch is followed. */
  readonly branch: string | null;
  /** `main on origin`; `HEAD` where there is no remote. */
  readonly label: string;
  readonly commit: string;
}

/** The branches of remotes as they are now, and not as they were fetched last. */
export interface RemoteBranches {
  /** Names of the remotes that were asked. */
  readonly remotes: readonly string[];
  /** `origin/feature/x`; the commits are in this clone. */
  readonly branches: readonly { readonly name: string; readonly commit: string }[];
  /** Those that could not be fetched; `origin/*`: none of a remote. */
  readonly unseen: readonly string[];
}

/** So many commits are asked for at once. */
const fetchedAtOnce = 200;

interface Remote {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The clone that the command runs in: what it has of the revisions that clusters have. */
export class Clone {
  readonly git: Git;
  readonly #system: System;
  readonly #fetches: boolean;
  #remotes: Promise<readonly Remote[]> | null = null;

  /** `fetches`: whether revisions that are not here may be fetched. */
  constructor(system: System, git: Git, fetches: boolean) {
    this.git = git;
    this.#system = system;
    this.#fetches = fetches;
  }

  /** Addresses of this repository. */
  async addresses(): Promise<readonly string[]> {
    return (await this.#allRemotes()).flatMap(({ addresses }) => addresses);
  }

  /**
   * Fetches a branch of the repository with this address, and returns what the remote has. Throws `cluster-key.refused`
   * where it cannot be reached.
   */
  async head(branch: string, url: string): Promise<Head> {
    const remote = await this.#remoteOf(url);
    if (remote === null) throw noRemote(url);
    try {
      await this.#fetch(remote, `refs/heads/${branch}`);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
      throw new SopskitError(
        'cluster-key.refused',
        `what ${branch} is at on ${remote} cannot be looked at: ${error.message}`,
        { hint: `Try it by hand: git fetch ${remote} ${branch}`, cause: error },
      );
    }
    return { branch, label: `${branch} on ${remote}`, commit: await this.git.commit('FETCH_HEAD') };
  }

  /** The commit that is checked out; `null` before the first. */
  async checkedOut(): Promise<Head | null> {
    const { status } = await this.git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], {
      statuses: [1, 128],
    });
    return status === 0 ? { branch: null, label: 'HEAD', commit: await this.git.commit('HEAD') } : null;
  }

  /** Makes sure that a commit is here, fetching it if that is allowed. Returns why it is not; `null`: it is. */
  async missing(commit: string, url: string): Promise<UnknownNeed | null> {
    if (await this.#has(commit)) return null;
    const remote = (await this.#remoteOf(url)) ?? 'origin';
    if (this.#fetches) {
      await quiet(() => this.#fetch(remote, commit));
      if (await this.#has(commit)) return null;
    }
    const short = commit.slice(0, 12);
    const fix = this.#fetches
      ? `The remote does not hand it out: git fetch --tags ${remote} (in a shallow clone with --unshallow) may bring it.`
      : `Fetch it with --fetch, or by hand: git fetch ${remote} ${commit}`;
    return { why: `this clone does not have the commit ${short}`, fix };
  }

  /**
   * Asks the remotes with these addresses (none: all) for their branches, and fetches what this clone does not have of
   * them, into no ref. What cannot be had is returned as unseen.
   */
  async branches(urls: readonly string[]): Promise<RemoteBranches> {
    const asked = urls.length === 0 ? (await this.#allRemotes()).map(({ name }) => name) : [];
    for (const url of urls) asked.push((await this.#remoteOf(url)) ?? '');
    const remotes: string[] = [];
    const branches: { name: string; commit: string }[] = [];
    const unseen: string[] = [];
    for (const remote of new Set(asked.filter((name) => name !== ''))) {
      const listed = await this.#listed(remote);
      if (listed === null) {
        unseen.push(`${remote}/*`);
        continue;
      }
      remotes.push(remote);
      const absent: string[] = [];
      for (const { commit } of listed) if (!(await this.#has(commit))) absent.push(commit);
      for (let at = 0; at < absent.length; at += fetchedAtOnce)
        await quiet(() => this.#fetch(remote, ...absent.slice(at, at + fetchedAtOnce)));
      for (const one of listed)
        if (!absent.includes(one.commit) || (await this.#has(one.commit))) branches.push(one);
        else unseen.push(one.name);
    }
    return { remotes, branches, unseen };
  }

  /** `null`: the remote cannot be reached. */
  async #listed(remote: string): Promise<{ name: string; commit: string }[] | null> {
    const args = ['ls-remote', '--quiet', '--heads', '--end-of-options', remote];
    const output = await quiet(() => this.git.run(args, { env: askingEnvironment(this.#system) }));
    return (
      output?.text.split('\n').flatMap((line) => {
        const [, commit, name] = /^([0-9a-f]+)\trefs\/heads\/(.+)$/.exec(line) ?? [];
        return commit === undefined || name === undefined ? [] : [{ name: `${remote}/${name}`, commit }];
      }) ?? null
    );
  }

  async #has(commit: string): Promise<boolean> {
    const { status } = await this.git.run(['cat-file', '-e', `${commit}^{commit}`], { statuses: [1, 128] });
    return status === 0;
  }

  async #fetch(remote: string, ...what: readonly string[]): Promise<void> {
    const args = ['fetch', '--quiet', '--no-tags', '--end-of-options', remote, ...what];
    await this.git.run(args, { env: askingEnvironment(this.#system) });
  }

  async #remoteOf(url: string): Promise<string | null> {
    const remotes = await this.#allRemotes();
    const same = remotes.find(({ addresses }) => addresses.some((one) => isSameRepository(one, url)));
    // the cluster may know a single remote under another address
    return same?.name ?? (remotes.length === 1 ? (remotes[0]?.name ?? null) : null);
  }

  #allRemotes(): Promise<readonly Remote[]> {
    this.#remotes ??= this.#readRemotes();
    return this.#remotes;
  }

  async #readRemotes(): Promise<readonly Remote[]> {
    const names = (await this.git.run(['remote'])).text.split('\n').filter((name) => name !== '');
    return Promise.all(
      names.map(async (name) => {
        const { text } = await this.git.run(['remote', 'get-url', '--all', name], { statuses: [2] });
        return { name, addresses: text.split('\n').filter((address) => address !== '') };
      }),
    );
  }
}

/** `null`: git failed. */
async function quiet<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'git.failed') return null;
    throw error;
  }
}

function noRemote(url: string): SopskitError {
  const shown = url.replace(/^([a-z][a-z0-9+]*:\/\/)[^/@]*@/i, '$1');
  return new SopskitError(
    'cluster-key.refused',
    `the cluster fetches ${shown}, which is no remote of this clone`,
    { hint: `Add it, so that its branch can be looked at: git remote add cluster ${shown}` },
  );
}
