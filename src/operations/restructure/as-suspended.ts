import { Draft } from '../../flux/restructure/draft.ts';
import { editLocated, locateKustomization } from '../../flux/restructure/located.ts';
import type { Workspace } from '../../flux/workspace.ts';
import type { Snapshot } from '../../repository/snapshot.ts';

/**
 * A state as the cluster acts on it while some Kustomizations (`namespace/name`) are suspended there, and not in git.
 * Throws `restructure.refused` where one of them is not written out.
 */
export async function asSuspended(
  workspace: Workspace,
  state: Snapshot,
  cluster: string,
  suspended: readonly string[],
): Promise<Snapshot> {
  if (suspended.length === 0) return state;
  const model = await workspace.model(state);
  const draft = new Draft(state);
  for (const key of suspended) {
    const node = model.clusters.find(({ name }) => name === cluster)?.kustomizations.get(key);
    if (node === undefined) continue;
    await editLocated(draft, await locateKustomization(draft, node), [
      { kind: 'put', branch: 0, path: ['spec', 'suspend'], value: { kind: 'bool', value: true } },
    ]);
  }
  return draft.snapshot();
}
