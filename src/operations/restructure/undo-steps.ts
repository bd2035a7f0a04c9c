import { SopskitError } from '../../errors/sopskit-error.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import type { ClusterModel, KustomizationNode, RepositoryModel } from '../../flux/model/model.ts';
import { planBetween } from '../../flux/plan/plan-revisions.ts';
import { Draft } from '../../flux/restructure/draft.ts';
import { editLocated, identityOf, objectsIn } from '../../flux/restructure/located.ts';
import { cleaned, isYamlName } from '../../flux/restructure/place-path.ts';
import type { RestructureStep } from '../../flux/restructure/step.ts';
import type { Workspace } from '../../flux/workspace.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping } from '../../tree/value.ts';
import { isSame } from './step-content.ts';
import { shownOrphans, transition } from './undo-transition.ts';

/** One state of the repository, and how it comes from the one before. */
export interface State {
  readonly snapshot: Snapshot;
  readonly edits: ReadonlyMap<string, Uint8Array | null>;
  readonly model: RepositoryModel;
}

/** Two states, and the cluster in each. */
export interface Pair {
  readonly from: State;
  readonly to: State;
  readonly cluster: ClusterModel;
  readonly next: ClusterModel;
}

/**
 * Makes the steps from one state to another: one, or two where the entry moves back to a path that its present one does
 * not leave alive (the entry would wait for ever for a folder that is gone, instead of learning its new path).
 */
export async function stepsBetween(
  workspace: Workspace,
  pair: Pair,
  label: string,
): Promise<{ readonly steps: readonly RestructureStep[]; readonly remarks: readonly string[] }> {
  const { from, to, cluster, next } = pair;
  const halfway = await halfwayOf(workspace, pair);
  if (halfway === null) {
    const step = await stepOf(workspace, pair, `Take back ${label}`);
    return { steps: [step], remarks: remarksOf(cluster, next) };
  }
  const { state, model } = halfway;
  const steps = [
    await stepOf(workspace, { from, to: state, cluster, next: model }, `Begin to take back ${label}`),
    await stepOf(workspace, { from: state, to, cluster: model, next }, `Take back ${label}`),
  ];
  return { steps, remarks: remarksOf(cluster, next) };
}

async function stepOf(workspace: Workspace, pair: Pair, message: string): Promise<RestructureStep> {
  const { from, to, cluster, next } = pair;
  const edits = await difference(from, to);
  const { before, guards, after } = transition(cluster, next, edits.keys());
  return {
    title: `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    message,
    before,
    edits,
    guards,
    after,
    plan: await planBetween(workspace, from.snapshot, to.snapshot),
  };
}

async function difference(from: State, to: State): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const edits = new Map<string, Uint8Array | null>();
  for (const file of new Set([...from.edits.keys(), ...to.edits.keys()])) {
    const [old, wanted] = await Promise.all([from.snapshot.read(file), to.snapshot.read(file)]);
    if (!isSame(old, wanted)) edits.set(file, wanted);
  }
  return edits;
}

function remarksOf(cluster: ClusterModel, next: ClusterModel): string[] {
  const { orphans } = transition(cluster, next);
  if (orphans.length === 0) return [];
  return [
    orphans.length === 1
      ? `Nothing is deleted: ${shownOrphans(orphans)} came with the restructuring and stays in the cluster, owned by nobody. Delete it by hand (kubectl delete) if it is not wanted.`
      : `Nothing is deleted: ${shownOrphans(orphans)} came with the restructuring and stay in the cluster, owned by nobody. Delete them by hand (kubectl delete) if they are not wanted.`,
  ];
}

interface Halfway {
  readonly state: State;
  readonly model: ClusterModel;
}

/** A state in which the entry's present folder still is there, and tells it the path that it is to have; `null`: not needed. */
async function halfwayOf(workspace: Workspace, { from, to, cluster, next }: Pair): Promise<Halfway | null> {
  const [node, goal] = [cluster, next].map((one) => one.kustomizations.get(one.entry.kustomization));
  if (node === undefined || goal === undefined) return null;
  const [path, wanted] = [node.kustomization.spec.path, goal.kustomization.spec.path];
  if (path === wanted || (await hasFiles(to.snapshot, path))) return null;
  for (const keepsOld of [false, true]) {
    const draft = new Draft(from.snapshot);
    if (keepsOld) for (const [file, bytes] of to.edits) if (bytes !== null) await draft.write(file, bytes);
    await setPath(draft, node, goal);
    const state = {
      snapshot: draft.snapshot(),
      edits: draft.edits,
      model: await workspace.model(draft.snapshot()),
    };
    const model = state.model.clusters.find((one) => one.name === next.name);
    if (model !== undefined && sameEntry(model, cluster)) return { state, model };
  }
  throw new SopskitError(
    'restructure.refused',
    `${cluster.entry.kustomization} cannot be led back from ${path} to ${wanted} without a moment in which it has neither`,
    { hint: `Move it by hand, as a restructuring: sopskit restructure move ${path} ${wanted}` },
  );
}

/** In every copy of its manifest: the folder that it comes to must not send it back. */
async function setPath(draft: Draft, node: KustomizationNode, goal: KustomizationNode): Promise<void> {
  const value = stringOf(pathText(goal));
  for (const file of await draft.paths()) {
    if (!isYamlName(file)) continue;
    const copies = (await objectsIn(draft, file)).filter(({ tree }) => isCopy(tree, node));
    for (const copy of copies)
      await editLocated(draft, copy, [{ kind: 'put', branch: 0, path: ['spec', 'path'], value }]);
  }
}

/** Another cluster's entry has the same name, and another path. */
function isCopy(tree: Mapping, { kustomization }: KustomizationNode): boolean {
  const { kind, group, name, namespace } = identityOf(tree);
  const path = nodeAt(tree, ['spec', 'path']);
  return (
    kind === 'Kustomization' &&
    group === kustomizationGroup &&
    name === kustomization.name &&
    (namespace === '' || namespace === kustomization.namespace) &&
    path?.kind === 'string' &&
    cleaned(path.value) === kustomization.spec.path
  );
}

function pathText({ kustomization }: KustomizationNode): string {
  const written = nodeAt(kustomization.manifest, ['spec', 'path']);
  return written?.kind === 'string' ? written.value : `./${kustomization.spec.path}`;
}

async function hasFiles(snapshot: Snapshot, folder: string): Promise<boolean> {
  return (await snapshot.list()).some(({ path }) => folder === '' || path.startsWith(`${folder}/`));
}

/** Whether the entry builds the same objects in both. */
function sameEntry(one: ClusterModel, other: ClusterModel): boolean {
  const [a, b] = [one, other].map(({ kustomizations, entry }) => {
    const build = kustomizations.get(entry.kustomization)?.build;
    return build?.kind === 'built'
      ? build.objects
          .map(({ id }) => id)
          .sort()
          .join('\n')
      : null;
  });
  return a !== null && a === b;
}
