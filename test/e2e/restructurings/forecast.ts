import type { ClusterModel } from '../../../src/flux/model/model.ts';
import { openWorkspace } from '../../../src/flux/open-workspace.ts';
import { changesBetween } from '../../../src/flux/plan/changes-between.ts';
import type { ClusterPlan, ObjectChange } from '../../../src/flux/plan/plan.ts';
import { planBetween } from '../../../src/flux/plan/plan-revisions.ts';
import type { Workspace } from '../../../src/flux/workspace.ts';
import type { Snapshot } from '../../../src/repository/snapshot.ts';
import { realSystem } from '../../flux/build/real-system.ts';
import { Prepared } from '../../flux/simulator/prepared.ts';
import type { Outcome } from '../../flux/simulator/scenario.ts';
import { simulatePrepared } from '../../flux/simulator/simulate.ts';
import type { FluxScene } from '../flux-scene.ts';
import type { Restructuring } from './restructuring.ts';
import { plainText, type Round } from './round.ts';

/** What sopskit and the simulator say about a restructuring. In all texts the scene's namespace is `$NS`. */
export interface Forecast {
  readonly answer: ClusterPlan['answer'];
  readonly changes: ReadonlyMap<string, ObjectChange>;
  /** Ids of what falls with an object at risk. */
  readonly falling: ReadonlySet<string>;
  /** Inventories as the model has them, by Kustomization; only of those that are built. */
  readonly inventories: Readonly<Record<'base' | 'head', ReadonlyMap<string, readonly string[]>>>;
  /** What became of an object in some run of the simulator, as `fateOf` prints it, by id. */
  readonly fates: ReadonlyMap<string, ReadonlySet<string>>;
  readonly plan: ClusterPlan;
}

const seeds = 300;

/** Plans the round's two commits from its working copy, with the real kustomize, and simulates the same change. */
export async function forecast(
  round: Round,
  restructuring: Restructuring,
  kustomize: string,
): Promise<Forecast> {
  const { scene } = round;
  const system = realSystem(scene.env, [kustomize]);
  const workspace = await openWorkspace(system, {
    folder: scene.folder,
    paths: [],
    clusters: [],
    remoteBases: false,
  });
  try {
    const [base, head] = [await workspace.snapshot(round.base), await workspace.snapshot(round.head)];
    const plan = onlyOne((await planBetween(workspace, base, head)).clusters);
    const fates = await fatesOf(workspace, base, head, scene, restructuring);
    const changes = plan.objects.map((change) => ({
      ...change,
      id: plainText(scene, change.id),
      from: change.from.map((key) => plainText(scene, key)),
      to: change.to.map((key) => plainText(scene, key)),
    }));
    const risky = changes.filter(({ risk, kind }) => risk !== 'none' || kind === 'deleted');
    return {
      plan,
      answer: plan.answer,
      changes: new Map(changes.map((change) => [change.id, change])),
      falling: new Set(
        risky.flatMap(({ falls }) => falls.flatMap(({ ids }) => ids.map((id) => plainText(scene, id)))),
      ),
      inventories: {
        base: await inventories(workspace, base, scene),
        head: await inventories(workspace, head, scene),
      },
      fates,
    };
  } finally {
    await workspace.close();
  }
}

async function inventories(
  workspace: Workspace,
  snapshot: Snapshot,
  scene: FluxScene,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const cluster: ClusterModel = onlyOne((await workspace.model(snapshot)).clusters);
  return new Map(
    [...cluster.kustomizations].flatMap(([key, { build }]) =>
      build.kind === 'built'
        ? [[plainText(scene, key), build.objects.map(({ id }) => plainText(scene, id)).sort()] as const]
        : [],
    ),
  );
}

async function fatesOf(
  workspace: Workspace,
  base: Snapshot,
  head: Snapshot,
  scene: FluxScene,
  { suspended = [], held = [] }: Restructuring,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const models = [await workspace.model(base), await workspace.model(head)] as const;
  const change = onlyOne(await changesBetween(workspace, ...models, { snapshots: { base, head } }));
  const prepared = new Prepared({
    change,
    suspended: new Set(suspended.map((name) => `${scene.namespace}/${name}`)),
    finalized: ({ id, identity }) =>
      identity.group === 'source.toolkit.fluxcd.io' || held.includes(plainText(scene, id)),
    otherControllers: false,
  });
  const fates = new Map<string, Set<string>>();
  for (let seed = 1; seed <= seeds; seed++) {
    const timing = seed % 5 === 0 ? 'measured' : 'adversarial';
    for (const [id, fate] of simulatedFates(simulatePrepared(prepared, seed, { timing }), scene)) {
      const known = fates.get(id);
      if (known === undefined) fates.set(id, new Set([fate]));
      else known.add(fate);
    }
  }
  return fates;
}

function simulatedFates(outcome: Outcome, scene: FluxScene): [string, string][] {
  return [...outcome.objects.values()]
    .filter(({ before }) => before)
    .map(({ id, deletedBy, exists, terminating, owner }) => {
      const fate = fateOf({ deleted: deletedBy.length > 0, exists, terminating, owner });
      return [plainText(scene, id), plainText(scene, fate)];
    });
}

/** What became of an object, as one text. */
export function fateOf(object: {
  readonly deleted: boolean;
  readonly exists: boolean;
  readonly terminating: boolean;
  readonly owner: string | null;
}): string {
  const { deleted, exists, terminating, owner } = object;
  if (!exists) return 'gone';
  return `${terminating ? 'terminating' : deleted ? 'made anew' : 'kept'}, of ${owner ?? 'nobody'}`;
}

function onlyOne<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined || all.length > 1) throw new Error(`${all.length} where one was to be`);
  return one;
}
