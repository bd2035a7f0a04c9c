import type { Builder } from '../../../src/flux/build/build.ts';
import { editedSnapshot } from '../../../src/flux/model/edited-snapshot.ts';
import type { ClusterModel } from '../../../src/flux/model/model.ts';
import { ownership, readModel } from '../../../src/flux/model/read-model.ts';
import type { WrittenCache } from '../../../src/flux/model/written-objects.ts';
import { clusterWith, type Ground } from '../../../src/flux/restructure/ground.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import type { Workspace } from '../../../src/flux/workspace.ts';
import type { Snapshot } from '../../../src/repository/snapshot.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { memorySnapshot } from '../memory-snapshot.ts';
import { fluxKustomization, fluxSystem, kustomizationFile } from '../repositories.ts';
import { listingBuilder } from './listing-builder.ts';

export type Files = ReadonlyMap<string, string>;

/** A repository in memory that restructurings are planned on, without kustomize. */
export async function groundOf(files: Files, cluster: string | null = null): Promise<Ground> {
  const snapshot = memorySnapshot(files);
  const workspace = workspaceOf(snapshot, listingBuilder());
  const model = await workspace.model(snapshot);
  const found =
    cluster === null ? clusterWith(model, null) : model.clusters.find(({ name }) => name === cluster);
  if (found === undefined) throw new Error(`no cluster ${cluster}`);
  return { workspace, snapshot, model, cluster: found, resealer: null };
}

function workspaceOf(snapshot: Snapshot, builder: Builder): Workspace {
  const written: WrittenCache = new Map();
  return {
    root: snapshot.root,
    git: null,
    builder,
    snapshot: () => Promise.resolve(snapshot),
    model: (state) =>
      readModel(fakeSystem(), state, builder, { git: null, paths: [], clusters: [], remotes: [], written }),
    close: () => Promise.resolve(),
  };
}

/** The files after so many steps, as texts; a file that a step removed is not in it. */
export function filesAfter(files: Files, { steps }: Restructuring, count: number = steps.length): Files {
  const result = new Map(files);
  for (const { edits } of steps.slice(0, count)) {
    for (const [path, bytes] of edits) {
      if (bytes === null) result.delete(path);
      else result.set(path, Buffer.from(bytes).toString());
    }
  }
  return result;
}

/** Who owns what at the end of a restructuring. */
export async function ownersAfter(
  ground: Ground,
  restructuring: Restructuring,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const edits = new Map(restructuring.steps.flatMap(({ edits: own }) => [...own]));
  const model = await ground.workspace.model(editedSnapshot(ground.snapshot, edits));
  const cluster = model.clusters.find(
    ({ entry }) => entry.kustomization === ground.cluster.entry.kustomization,
  );
  return cluster === undefined ? new Map() : ownersIn(cluster);
}

export function ownersIn(cluster: ClusterModel): ReadonlyMap<string, readonly string[]> {
  return new Map([...ownership(cluster)].map(([id, { owners }]) => [id, owners]));
}

export function configMap(name: string, namespace = 'apps'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  a: "1" # one\n`;
}

/** One cluster: `infrastructure` over two folders, `apps` behind it, each in a file of its own. */
export function smallRepository(): Map<string, string> {
  return new Map([
    ...fluxSystem('clusters/home', false, 'main'),
    [
      'clusters/home/infrastructure.yaml',
      `# for all\n---\n${fluxKustomization('infrastructure', 'infrastructure')}`,
    ],
    [
      'clusters/home/apps.yaml',
      fluxKustomization('apps', 'apps', '  dependsOn:\n    - name: infrastructure\n'),
    ],
    ['infrastructure/kustomization.yaml', kustomizationFile(['network', 'certs'])],
    ['infrastructure/network/kustomization.yaml', kustomizationFile(['network.yaml'])],
    ['infrastructure/network/network.yaml', configMap('network')],
    ['infrastructure/certs/kustomization.yaml', kustomizationFile(['certs.yaml'])],
    ['infrastructure/certs/certs.yaml', configMap('certs')],
    ['apps/demo.yaml', `${configMap('one')}---\n# the second\n${configMap('two')}---\n${configMap('three')}`],
  ]);
}
