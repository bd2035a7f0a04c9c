import { textIn } from '../../../cluster/fields.ts';
import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import { isSameRepository } from '../../../flux/source/repository-url.ts';
import type { Git } from '../../../repository/git/git.ts';
import type { Mapping } from '../../../tree/value.ts';
import { keyOfLive } from '../../restructure/live-object.ts';
import { kustomizationKind, readKustomizations } from '../../restructure/look-live.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import {
  branchOf,
  type DecryptingView,
  decryptsLive,
  gitRepositories,
  type Home,
  isHome,
  secretOfLive,
  sourceKeyOf,
} from './decrypting-view.ts';
import { type Decrypting, type JudgedStanding, judgeStanding } from './judge-standing.ts';
import { Revisions } from './revisions.ts';

/** A cluster, with what its Kustomizations decrypt. */
export interface DecryptingCluster {
  readonly bound: BoundCluster;
  /** Of its model; those of other models are passed over. */
  readonly decryptions: readonly KustomizationDecryption[];
}

/** One look at a cluster. */
export interface DecryptingLook {
  readonly standings: readonly JudgedStanding[];
  readonly view: DecryptingView;
}

/** Looks at a cluster again and again; what does not change is found out once. */
export class DecryptingWatch {
  readonly bound: BoundCluster;
  readonly #modelled: ReadonlyMap<string, KustomizationDecryption>;
  readonly #git: Git;
  readonly #commit: string;
  #ground: Promise<Ground> | null = null;

  constructor({ bound, decryptions }: DecryptingCluster, commit: string, git: Git) {
    this.bound = bound;
    const { model } = bound;
    const own = decryptions.filter(({ cluster }) => model === null || cluster === model.name);
    this.#modelled = new Map(own.filter(({ provider }) => provider !== null).map((one) => [one.key, one]));
    this.#git = git;
    this.#commit = commit;
  }

  /** Throws `cluster.*`, `git.*`. */
  async look(): Promise<DecryptingLook> {
    const { cluster, model } = this.bound;
    const [kustomizations, listed] = await Promise.all([
      (await cluster.serves(kustomizationKind)) ? readKustomizations(cluster) : new Map<string, Mapping>(),
      (await cluster.serves(gitRepositories)) ? cluster.list(gitRepositories, null) : [],
    ]);
    const sources = new Map(listed.map((one) => [`GitRepository/${keyOfLive(one)}`, one]));
    const entry = entryKey(model, kustomizations);
    this.#ground ??= findGround(this.#git, this.#commit, entrySource(entry, kustomizations, sources));
    const { home, revisions } = await this.#ground;
    const reaching = await revisions.reaching(namedRevisions(kustomizations, sources, home));
    const view = {
      cluster: model?.name ?? cluster.context,
      context: cluster.context,
      flags: cluster.flags,
      ...{ kustomizations, sources, entry, home },
      reaches: (revision: string) => reaching.has(revision),
    };
    return { view, standings: this.#decrypting(view).map((one) => judgeStanding(one, view)) };
  }

  /**
   * Those of the model, and what the cluster has beside them: live Kustomizations that decrypt files of this repository,
   * or with one of the same Secrets.
   */
  #decrypting(view: DecryptingView): readonly Decrypting[] {
    const secrets = new Set(
      [...this.#modelled.values()].flatMap(({ secret }) =>
        secret === null ? [] : [`${secret.namespace}/${secret.name}`],
      ),
    );
    const found = [...this.#modelled].map(([key, { node }]) => ({ key, owners: node.node.owners }));
    for (const [key, live] of view.kustomizations) {
      if (this.#modelled.has(key) || !decryptsLive(live)) continue;
      const source = view.sources.get(sourceKeyOf(live));
      const isOfHome = source !== undefined && isHome(source, view.home);
      if (isOfHome || secrets.has(secretOfLive(live) ?? '')) found.push({ key, owners: [] });
    }
    return found;
  }
}

/** A model of a path alone has a name for its entry that the cluster need not have. */
function entryKey(model: ClusterModel | null, live: ReadonlyMap<string, Mapping>): string | null {
  if (model === null) return null;
  const { kind, kustomization } = model.entry;
  return kind === 'path' && !live.has(kustomization) ? null : kustomization;
}

interface Ground {
  readonly home: Home;
  readonly revisions: Revisions;
}

function entrySource(
  entry: string | null,
  kustomizations: ReadonlyMap<string, Mapping>,
  sources: ReadonlyMap<string, Mapping>,
): Mapping | null {
  const live = entry === null ? undefined : kustomizations.get(entry);
  return live === undefined ? null : (sources.get(sourceKeyOf(live)) ?? null);
}

/**
 * This repository is what its remotes are, and what the entry follows. The branch is the one that is checked out, by its
 * name at the remote; where none is, the one that the entry follows.
 */
async function findGround(git: Git, commit: string, entry: Mapping | null): Promise<Ground> {
  const names = (await git.run(['remote'])).text.split('\n').filter((name) => name !== '');
  const remotes: { name: string; address: string }[] = [];
  for (const name of names)
    for (const args of [[], ['--push']]) {
      const { text } = await git.run(['remote', 'get-url', ...args, name], { statuses: [2] });
      if (text !== '') remotes.push({ name, address: text });
    }
  const url = entry === null ? '' : textIn(entry, 'spec', 'url');
  const remote = remotes.find(({ address }) => isSameRepository(address, url)) ?? remotes[0];
  const home = {
    addresses: [...remotes.map(({ address }) => address), ...(url === '' ? [] : [url])],
    branch: (await branchHere(git)) ?? (entry === null ? null : branchOf(entry)),
  };
  return { home, revisions: new Revisions(git, commit, remote?.name ?? null, home) };
}

async function branchHere(git: Git): Promise<string | null> {
  const here = (await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { statuses: [1] })).text;
  if (here === '') return null;
  const { text } = await git.run(['config', '--get', `branch.${here}.merge`], { statuses: [1] });
  return /^refs\/heads\/(.+)$/.exec(text)?.[1] ?? here;
}

/** Those of sources of this repository, and of what follows them; another repository's commits are not here. */
function namedRevisions(
  kustomizations: ReadonlyMap<string, Mapping>,
  sources: ReadonlyMap<string, Mapping>,
  home: Home,
): readonly string[] {
  const own = [...sources].filter(([, source]) => isHome(source, home));
  const keys = new Set(own.map(([key]) => key));
  const followers = [...kustomizations.values()].filter(
    (live) => keys.has(sourceKeyOf(live)) || !sourceKeyOf(live).startsWith('GitRepository/'),
  );
  return [
    ...own.map(([, source]) => textIn(source, 'status', 'artifact', 'revision')),
    ...followers.flatMap((live) =>
      ['lastAppliedRevision', 'lastAttemptedRevision', 'lastAppliedOriginRevision'].map((field) =>
        textIn(live, 'status', field),
      ),
    ),
  ].filter((revision) => revision !== '');
}
