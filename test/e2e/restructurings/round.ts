import type { ControlPlane, Json } from '../control-plane.ts';
import { type FluxScene, startScene } from '../flux-scene.ts';
import { hold, liveObject } from './live-objects.ts';
import { kustomizationsOf, quiet, reconcileAll } from './quiet.ts';
import type { Restructuring } from './restructuring.ts';

/** What became of one object in one round. */
export interface Observed {
  readonly id: string;
  /** Whether it was deleted at any time: it is gone, another one, or Terminating. */
  readonly deleted: boolean;
  readonly exists: boolean;
  readonly terminating: boolean;
  /** The Kustomization (`namespace/name`) that its labels name. */
  readonly owner: string | null;
  /** Whether a Kustomization's inventory has it at the end. */
  readonly tracked: boolean;
}

/** One run of a restructuring. In all texts the scene's namespace is `$NS`. */
export interface Round {
  readonly scene: FluxScene;
  readonly base: string;
  readonly head: string;
  /** Objects that were there before, by id. */
  readonly observed: ReadonlyMap<string, Observed>;
  /** Inventories, sorted, by Kustomization; at the head of those that are Ready there. */
  readonly inventories: Readonly<Record<'base' | 'head', ReadonlyMap<string, readonly string[]>>>;
}

/** Pushes the base, waits until all is applied, pushes the head, and waits until nothing moves any more. */
export async function runRound(controlPlane: ControlPlane, restructuring: Restructuring): Promise<Round> {
  const withUrl = (text: string): string => text.replaceAll('$URL', controlPlane.gitUrl('$NS'));
  const files = mapped(restructuring.base, withUrl);
  const scene = await startScene(controlPlane, { name: 'plan', files, wait: false });
  const base = scene.git('rev-parse', 'HEAD').trim();
  // What needs a Namespace or a definition of another may be too early at first.
  while (!(await quiet(scene, base))) await reconcileAll(scene);
  const before = inventoriesOf(scene, await kustomizationsOf(scene), base);
  const ids = [...new Set([...before.values()].flat())].map((id) => named(scene, id));
  for (const id of restructuring.held ?? []) await hold(controlPlane, named(scene, id));
  for (const name of restructuring.suspended ?? []) await scene.suspend(name);
  const uids = new Map<string, string | null>();
  for (const id of ids) uids.set(id, (await liveObject(controlPlane, id))?.metadata.uid ?? null);

  const head = scene.push(
    mapped(restructuring.head, (text) => text && withUrl(text)),
    restructuring.name,
  );
  await scene.fetch(head);
  await quiet(scene, head, restructuring.hanging);
  await reconcileAll(scene, restructuring.hanging);
  await quiet(scene, head, restructuring.hanging);
  const all = await kustomizationsOf(scene);
  const after = inventoriesOf(scene, all, head);
  const tracked = new Set(all.flatMap(entriesOf));
  const observed = new Map<string, Observed>();
  for (const id of ids) {
    const seen = observe(id, uids.get(id) ?? null, await liveObject(controlPlane, id), tracked.has(id));
    const plain = { ...seen, id: plainText(scene, id), owner: seen.owner && plainText(scene, seen.owner) };
    observed.set(plain.id, plain);
  }
  return { scene, base, head, observed, inventories: { base: before, head: after } };
}

function mapped<Text>(
  files: Readonly<Record<string, Text>>,
  map: (text: Text) => Text,
): Record<string, Text> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, map(text)]));
}

function observe(id: string, uid: string | null, live: Json | null, tracked: boolean): Observed {
  const labels = live?.metadata.labels ?? {};
  const name = labels['kustomize.toolkit.fluxcd.io/name'];
  const terminating = live?.metadata.deletionTimestamp !== undefined;
  return {
    id,
    deleted: live === null || terminating || live.metadata.uid !== uid,
    exists: live !== null,
    terminating: live !== null && terminating,
    owner: name === undefined ? null : `${labels['kustomize.toolkit.fluxcd.io/namespace']}/${name}`,
    tracked,
  };
}

function inventoriesOf(
  scene: FluxScene,
  all: readonly Json[],
  revision: string,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    all
      .filter((one) => one.spec.suspend !== true && one.status?.lastAppliedRevision?.endsWith(revision))
      .filter((one) => one.status.observedGeneration === one.metadata.generation)
      .map((one) => [
        plainText(scene, `${one.metadata.namespace}/${one.metadata.name}`),
        entriesOf(one)
          .map((id) => plainText(scene, id))
          .sort(),
      ]),
  );
}

function entriesOf(one: Json): string[] {
  return (one.status?.inventory?.entries ?? []).map(({ id }: { id: string }) => id);
}

export function plainText({ namespace }: FluxScene, text: string): string {
  return text.replaceAll(namespace, '$NS');
}

function named({ namespace }: FluxScene, text: string): string {
  return text.replaceAll('$NS', namespace);
}
