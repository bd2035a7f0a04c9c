import type { ClusterModel } from '../../../flux/model/model.ts';
import type { FluxController } from '../bound-cluster.ts';
import { controllerOf } from '../find-controller.ts';

/** kustomize-controller as the repository has it (gotk-components.yaml with its patches); `null`: it has it not. */
export function controllerInModel({ kustomizations }: ClusterModel): FluxController | null {
  for (const { build } of kustomizations.values()) {
    if (build.kind !== 'built') continue;
    const found = build.objects.find(
      ({ identity: { group, kind, name } }) =>
        group === 'apps' && kind === 'Deployment' && name === 'kustomize-controller',
    );
    if (found !== undefined) return controllerOf(found.manifest);
  }
  return null;
}
