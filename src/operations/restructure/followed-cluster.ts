import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../../flux/kustomization.ts';
import type { ClusterModel } from '../../flux/model/model.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import { isSameRepository } from '../../flux/source/repository-url.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Followed } from '../git/branch.ts';
import { isUndoing } from './begun.ts';
import { resumeHint } from './judge-ready.ts';
import { isSuspendedFor, suspenderOf } from './live-actions.ts';
import { conditionOf, isSuspended, keyOfLive, shortMessage, sourceKeyOf, textIn } from './live-object.ts';
import { kustomizationRef, readKustomizations, sourceRef } from './look-live.ts';

/** The cluster that a restructuring is about, once it is found to be the right one. */
export interface FollowedCluster {
  /** Key of the Kustomization where it begins. */
  readonly entry: string;
  /** Key of the source that the entry follows. */
  readonly source: string;
  readonly followed: Followed;
  /** What the source has fetched, as its status has it; empty: nothing yet. */
  readonly revision: string;
  /** Keys of all sources that follow the same branch of the same repository, the entry's among them. */
  readonly sources: ReadonlySet<string>;
}

/**
 * Checks that the cluster is the one of the model: its entry Kustomization is there, at the model's path, and follows a
 * branch. Throws `restructure.refused`, `cluster.*`.
 */
export async function findFollowed(
  cluster: Cluster,
  model: ClusterModel,
  restructuring: Restructuring,
): Promise<FollowedCluster> {
  const entry = model.entry.kustomization;
  const live = await cluster.get(kustomizationRef(entry));
  if (live === null) throw wrongCluster(cluster, `it has no Kustomization ${entry}`);
  const path = plainPath(textIn(live, ['spec', 'path']));
  const paths = pathsOf(entry, model, restructuring);
  if (!paths.has(path))
    throw wrongCluster(
      cluster,
      `its ${entry} is at the path ${path}, and here it is at ${[...paths].join(' or ')}`,
    );
  const key = sourceKeyOf(live);
  const source = key.startsWith('GitRepository/') ? await cluster.get(sourceRef(key)) : null;
  if (source === null)
    throw wrongCluster(cluster, `its ${entry} follows ${key}, which is no GitRepository there`);
  if (isSuspended(source))
    throw new SopskitError('restructure.refused', `${key} is suspended: the cluster would see no push`, {
      hint: `Resume it: flux resume source git ${textIn(source, ['metadata', 'name'])} -n ${textIn(source, ['metadata', 'namespace'])}`,
    });
  const followed = followedBy(source, key);
  return {
    entry,
    source: key,
    followed,
    revision: textIn(source, ['status', 'artifact', 'revision']),
    sources: await sourcesLike(cluster, key, followed),
  };
}

async function sourcesLike(cluster: Cluster, key: string, followed: Followed): Promise<ReadonlySet<string>> {
  const all = await cluster.list({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' }, null);
  const like = all.filter((one) => {
    const other = branchOf(one);
    return other === followed.branch && isSameRepository(textIn(one, ['spec', 'url']), followed.url);
  });
  return new Set([key, ...like.map((one) => `GitRepository/${keyOfLive(one)}`)]);
}

/**
 * Checks, before anything is begun, that nothing that has to act is suspended or failing; what fails may be why something
 * is taken back. Throws `restructure.refused`, `cluster.*`.
 */
export async function requireActing(
  cluster: Cluster,
  model: ClusterModel,
  restructuring: Restructuring,
): Promise<void> {
  const live = await readKustomizations(cluster);
  for (const key of acting(model, restructuring)) {
    const one = live.get(key);
    if (one === undefined) continue;
    if (isSuspendedFor(one, restructuring.id)) continue;
    if (isSuspended(one)) throw suspendedAlready(key, one);
    const ready = conditionOf(one, 'Ready');
    if (ready?.status === 'False' && !isUndoing(restructuring.id))
      throw new SopskitError(
        'restructure.refused',
        `${key} is not Ready (${ready.reason}): ${shortMessage(ready.message)}`,
        { hint: `Mend that first: sopskit flux doctor Kustomization/${key.split('/')[1]}` },
      );
  }
  for (const { before } of restructuring.steps)
    for (const action of before)
      if (action.kind === 'suspend') requireFreeSuspend(model, action.kustomization);
}

function suspendedAlready(key: string, live: Mapping): SopskitError {
  const other = suspenderOf(live);
  const hint =
    other === null
      ? resumeHint(key)
      : `The restructuring ${other} did that: end it first, or take it back: sopskit restructure undo ${other.replace(/^undo-/, '')} --apply`;
  return new SopskitError('restructure.refused', `${key} is suspended in the cluster, and has to act`, {
    hint,
  });
}

/** What is suspended in git cannot be resumed by a live action, and what says `suspend: false` there not be suspended. */
function requireFreeSuspend(model: ClusterModel, key: string): void {
  const manifest = model.kustomizations.get(key)?.kustomization.manifest;
  if (manifest === undefined || nodeAt(manifest, ['spec', 'suspend']) === null) return;
  throw new SopskitError(
    'restructure.refused',
    `${key} has spec.suspend in git, which takes back what is set live`,
    {
      hint: 'Take the field out of its manifest, push that, and begin again.',
    },
  );
}

/** Those that guards name, and all above them. */
export function acting(model: ClusterModel, { steps }: Restructuring): ReadonlySet<string> {
  const found = new Set<string>([model.entry.kustomization]);
  const waiting = steps.flatMap(({ before, guards }) => [
    ...guards
      .filter(({ kind }) => kind !== 'gone' && kind !== 'suspended')
      .map(({ kustomization }) => kustomization),
    ...before.flatMap((action) => (action.kind === 'suspend' ? [action.kustomization] : [])),
  ]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(model.kustomizations.get(next)?.owners ?? []));
  }
  return found;
}

/** The entry's path in the model, and those that the steps themselves give it. */
function pathsOf(entry: string, model: ClusterModel, { steps }: Restructuring): ReadonlySet<string> {
  const node = model.kustomizations.get(entry);
  const own = node === undefined ? model.name : node.kustomization.spec.path;
  const given = steps.flatMap(({ guards }) =>
    guards.flatMap((guard) =>
      guard.kind === 'field' &&
      guard.kustomization === (node === undefined ? entry : keyOf(node.kustomization)) &&
      guard.path.join('.') === 'spec.path' &&
      guard.value.kind === 'string'
        ? [guard.value.value]
        : [],
    ),
  );
  return new Set([own, ...given].map(plainPath));
}

function plainPath(path: string): string {
  const plain = path.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');
  return plain === '' ? '.' : plain;
}

function followedBy(source: Mapping, key: string): Followed {
  const branch = branchOf(source);
  if (branch === null)
    throw new SopskitError(
      'restructure.refused',
      `${key} follows no branch, but a tag, a commit or a version`,
      {
        hint: 'A step is pushed to a branch; this source would not see it.',
      },
    );
  return { url: textIn(source, ['spec', 'url']), branch };
}

/** The branch that a GitRepository follows (source-controller's order: commit, name, semver, tag, branch); `null`: none. */
function branchOf(source: Mapping): string | null {
  const ref = (field: string): string => textIn(source, ['spec', 'ref', field]);
  if (ref('commit') !== '') return null;
  if (ref('name') !== '') return /^refs\/heads\/(.+)$/.exec(ref('name'))?.[1] ?? null;
  if (ref('semver') !== '' || ref('tag') !== '') return null;
  return ref('branch') === '' ? 'master' : ref('branch');
}

function wrongCluster({ context, server }: Cluster, why: string): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `the cluster of the context ${context} (${server}) is not this repository's: ${why}`,
    { hint: 'Choose another: --context NAME, --kubeconfig FILE.' },
  );
}
