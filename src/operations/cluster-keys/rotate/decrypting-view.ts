import type { KindRef } from '../../../cluster/cluster.ts';
import { fieldIn, flagIn, itemsIn, textIn } from '../../../cluster/fields.ts';
import { isSameRepository } from '../../../flux/source/repository-url.ts';
import type { Mapping } from '../../../tree/value.ts';

export const gitRepositories: KindRef = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
};

/** What a cluster shows at one moment: all that a Kustomization's standing is judged by. */
export interface DecryptingView {
  /** Name that the standings carry. */
  readonly cluster: string;
  /** For messages: the kubeconfig's context. */
  readonly context: string;
  /** What flux and kubectl need to reach it. */
  readonly flags: string;
  /** Live Kustomizations by `namespace/name`. */
  readonly kustomizations: ReadonlyMap<string, Mapping>;
  /** Live GitRepositories by `GitRepository/namespace/name`. */
  readonly sources: ReadonlyMap<string, Mapping>;
  /** Key of the Kustomization that is the entry; `null`: not known. */
  readonly entry: string | null;
  readonly home: Home;
  /** Whether a revision as status has it is the commit, or has it in its history. */
  reaches(revision: string): boolean;
}

/** This repository, and the branch that the commit is for. */
export interface Home {
  readonly addresses: readonly string[];
  /** `null`: not known, so that every branch is. */
  readonly branch: string | null;
}

/** How a Kustomization's source stands to this repository: where its content comes from, told from its spec. */
export type Origin =
  | { readonly kind: 'follows'; readonly source: Mapping }
  | { readonly kind: 'pinned' | 'opaque' | 'missing'; readonly why: string };

/** Key of a live Kustomization's source: `GitRepository/flux-system/flux-system`. */
export function sourceKeyOf(live: Mapping): string {
  const ref = (field: string): string => textIn(live, 'spec', 'sourceRef', field);
  return `${ref('kind')}/${ref('namespace') || textIn(live, 'metadata', 'namespace')}/${ref('name')}`;
}

/** Tells where the content of a Kustomization comes from. */
export function originOf(live: Mapping, view: DecryptingView): Origin {
  const key = sourceKeyOf(live);
  const [kind = ''] = key.split('/');
  if (kind !== 'GitRepository')
    return { kind: 'opaque', why: `what its source ${key} holds is not told by a commit of this repository` };
  const source = view.sources.get(key);
  if (source === undefined) return { kind: 'missing', why: `its source ${key} is not in the cluster` };
  if (!isHome(source, view.home))
    return { kind: 'opaque', why: `its source ${key} is another repository than this one` };
  const pin = pinOf(source, view.home.branch);
  if (pin !== null) return { kind: 'pinned', why: `its source ${key} follows ${pin}` };
  const foreign = includesOf(source, key).find((included) => !isFollowed(included, view));
  if (foreign !== undefined)
    return {
      kind: 'opaque',
      why: `its source ${key} takes in files of ${foreign}, which has another content`,
    };
  return { kind: 'follows', source };
}

/** Whether a source fetches from this repository. */
export function isHome(source: Mapping, { addresses }: Home): boolean {
  const url = textIn(source, 'spec', 'url');
  return addresses.some((address) => isSameRepository(address, url));
}

/**
 * What a GitRepository follows instead of the branch (source-controller's order: commit, name, semver, tag, branch);
 * `null`: the branch.
 */
function pinOf(source: Mapping, branch: string | null): string | null {
  const ref = (field: string): string => textIn(source, 'spec', 'ref', field);
  if (ref('commit') !== '') return `the commit ${ref('commit').slice(0, 12)}`;
  const named = /^refs\/heads\/(.+)$/.exec(ref('name'))?.[1];
  if (ref('name') !== '' && named === undefined) return `the reference ${ref('name')}`;
  if (named === undefined && ref('semver') !== '') return `the versions ${ref('semver')}`;
  if (named === undefined && ref('tag') !== '') return `the tag ${ref('tag')}`;
  const followed = named ?? (ref('branch') || 'master');
  return branch === null || followed === branch ? null : `the branch ${followed}, and not ${branch}`;
}

/** The branch that a GitRepository follows; `null`: it follows none. */
export function branchOf(source: Mapping): string | null {
  if (pinOf(source, null) !== null) return null;
  const named = /^refs\/heads\/(.+)$/.exec(textIn(source, 'spec', 'ref', 'name'))?.[1];
  return named ?? (textIn(source, 'spec', 'ref', 'branch') || 'master');
}

function includesOf(source: Mapping, key: string): readonly string[] {
  const namespace = key.split('/')[1] ?? '';
  return itemsIn(source, 'spec', 'include').map(
    (item) => `GitRepository/${namespace}/${textIn(item, 'repository', 'name')}`,
  );
}

function isFollowed(key: string, { sources, home }: DecryptingView): boolean {
  const source = sources.get(key);
  return source !== undefined && isHome(source, home) && pinOf(source, home.branch) === null;
}

/** Whether a live Kustomization decrypts. */
export function decryptsLive(live: Mapping): boolean {
  return textIn(live, 'spec', 'decryption', 'provider') !== '';
}

/** `namespace/name` of the Secret that a live Kustomization decrypts with; `null`: it names none. */
export function secretOfLive(live: Mapping): string | null {
  const name = textIn(live, 'spec', 'decryption', 'secretRef', 'name');
  return name === '' ? null : `${textIn(live, 'metadata', 'namespace')}/${name}`;
}

export function isSuspendedLive(live: Mapping): boolean {
  return flagIn(live, 'spec', 'suspend');
}

export function isTerminatingLive(live: Mapping): boolean {
  return fieldIn(live, 'metadata', 'deletionTimestamp') !== undefined;
}
