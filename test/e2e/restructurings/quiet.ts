import type { Json } from '../control-plane.ts';
import { conditionOf, type FluxScene } from '../flux-scene.ts';

/** All Kustomizations of a scene; one may be in the namespace `<scene>-home`. */
export async function kustomizationsOf({ controlPlane, namespace }: FluxScene): Promise<readonly Json[]> {
  return [
    ...(await controlPlane.list('kustomizations', namespace)),
    ...(await controlPlane.list('kustomizations', `${namespace}-home`)),
  ];
}

/**
 * Waits until nothing moves any more: every Kustomization is Ready at the revision, or suspended, and stays so for a
 * while; or fails, or waits for another, and stays so for longer than a dependency is asked for again (2 s). Those that
 * hang are not waited for. Returns whether all are Ready or suspended.
 */
export async function quiet(
  scene: FluxScene,
  revision: string,
  hanging: readonly string[] = [],
): Promise<boolean> {
  let [seen, since] = ['', 0];
  const probe = async (): Promise<'done' | 'stuck' | null> => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const all = (await kustomizationsOf(scene)).filter(({ metadata }) => !hanging.includes(metadata.name));
    const states = all.map((one) => stateOf(one, revision));
    const now = JSON.stringify(
      all.map((one, place) => [one.metadata.uid, one.metadata.generation, states[place]]),
    );
    if (now !== seen || states.includes('moving')) [seen, since] = [now, Date.now()];
    const state = states.includes('stuck') ? 'stuck' : 'done';
    const patience = state === 'stuck' ? 3500 : 600;
    return all.length > 0 && Date.now() - since > patience ? state : null;
  };
  const options = { seconds: 120, describe: () => scene.status() };
  const state = await scene.controlPlane.waitFor(`rest of ${scene.namespace} at ${revision}`, probe, options);
  return state === 'done';
}

function stateOf(one: Json, revision: string): 'done' | 'stuck' | 'moving' {
  if (one.metadata.deletionTimestamp !== undefined) return 'moving';
  if (one.spec.suspend === true) return 'done';
  const ready = conditionOf(one, 'Ready')?.status ?? 'Unknown';
  if (ready === 'False') return 'stuck';
  if (ready !== 'True') return 'moving';
  const current = one.status.observedGeneration === one.metadata.generation;
  return current && one.status.lastAppliedRevision.endsWith(revision) ? 'done' : 'stuck';
}

/** Has every Kustomization reconcile once more, and waits until each did that is still there. */
export async function reconcileAll(scene: FluxScene, hanging: readonly string[] = []): Promise<void> {
  const { controlPlane } = scene;
  const asked = `${Date.now()}`;
  const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': asked } } };
  const uids = new Set<string>();
  for (const { metadata, spec } of await kustomizationsOf(scene)) {
    if (hanging.includes(metadata.name) || spec.suspend === true) continue;
    await controlPlane.patch('kustomizations', metadata.namespace, metadata.name, patch);
    uids.add(metadata.uid);
  }
  await controlPlane.waitFor(
    `another reconcile of ${scene.namespace}`,
    async () =>
      (await kustomizationsOf(scene)).every(
        ({ metadata, status }) => !uids.has(metadata.uid) || status?.lastHandledReconcileAt === asked,
      ),
    { describe: () => scene.status() },
  );
}
