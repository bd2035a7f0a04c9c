import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../kustomization.ts';
import type { ClusterModel } from '../model/model.ts';
import { ownership } from '../model/read-model.ts';
import { type ObjectId, parseId } from '../object-id.ts';
import type { Draft } from './draft.ts';
import type { Ground } from './ground.ts';
import { shownObjects } from './shown-objects.ts';
import type { Stage } from './stage.ts';

/**
 * Looks at the state after the last step: every object of the start is in an inventory, none has got a second owner, and
 * no Kustomizations wait for each other. Throws `restructure.refused`.
 */
export async function checkEnd(
  ground: Ground,
  title: string,
  last: Draft,
  stages: readonly Stage[],
): Promise<void> {
  const model = await ground.workspace.model(last.snapshot());
  const head = model.clusters.find(
    ({ name, entry }) =>
      name === ground.cluster.name || entry.kustomization === ground.cluster.entry.kustomization,
  );
  if (head === undefined)
    throw refused(
      title,
      'the cluster would have no entry any more',
      'See where it begins: `sopskit flux graph`.',
    );
  const circle = circleIn(head);
  if (circle !== null)
    throw refused(
      title,
      `Kustomizations would wait for each other: ${circle.join(' → ')}`,
      'Flux then applies nothing at all: choose another order.',
    );
  const [before, after] = [ownership(ground.cluster), ownership(head)];
  const gone = new Set(
    stages.flatMap(({ allowed }) => [...(allowed?.deleted ?? []), ...(allowed?.orphaned ?? [])]),
  );
  const lost = [...before.keys()].filter((id) => !after.has(id) && !gone.has(id));
  if (lost.length > 0)
    throw refused(
      title,
      `${named(lost)} would be in no inventory in the end`,
      'Every object belongs to a Kustomization.',
    );
  const twice = [...after].filter(
    ([id, { owners }]) => owners.length > 1 && owners.length > (before.get(id)?.owners.length ?? 1),
  );
  if (twice.length > 0)
    throw refused(
      title,
      `${named(twice.map(([id]) => id))} would have two owners: ${[...new Set(twice.flatMap(([, { owners }]) => owners))].join(', ')}`,
      'They would take it from each other. Keep what moves out of the reach of the other: list folders in its kustomization.yaml, or name another folder.',
    );
}

function named(ids: readonly string[]): string {
  return shownObjects(ids.map((id): ObjectId => parseId(id)));
}

function refused(title: string, message: string, hint: string): SopskitError {
  return new SopskitError('restructure.refused', `cannot ${title}: ${message}`, { hint });
}

/** Finds Kustomizations that wait for each other in a circle: their keys, the first one again at the end. */
export function circleIn({ kustomizations }: ClusterModel): readonly string[] | null {
  const done = new Set<string>();
  const visit = (key: string, above: readonly string[]): readonly string[] | null => {
    const at = above.indexOf(key);
    if (at >= 0) return [...above.slice(at), key];
    if (done.has(key)) return null;
    for (const dependency of kustomizations.get(key)?.kustomization.spec.dependsOn ?? []) {
      const found = visit(keyOf(dependency), [...above, key]);
      if (found !== null) return found;
    }
    done.add(key);
    return null;
  };
  for (const key of kustomizations.keys()) {
    const found = visit(key, []);
    if (found !== null) return found;
  }
  return null;
}
