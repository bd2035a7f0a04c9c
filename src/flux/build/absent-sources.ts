import type { FluxKustomization } from '../kustomization.ts';
import { keyOf } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';
import type { ClusterObjects } from './build.ts';

/**
 * Tells of sources of variables that are not in the repository and not optional: where the cluster does not have them
 * either, the controller fails on the first object, whether a variable is in it or not (fluxcd/pkg/kustomize,
 * LoadVariables).
 */
export function absentSources(kustomization: FluxKustomization, cluster: ClusterObjects): readonly Unknown[] {
  const { postBuild } = kustomization.spec;
  return (postBuild?.substituteFrom ?? [])
    .filter(
      ({ kind, name, optional }) => !optional && cluster.find(kind, kustomization.namespace, name) === null,
    )
    .map(({ kind, name }) => {
      const subject = keyOf(kustomization);
      const object = `${kind} ${kustomization.namespace}/${name}`;
      return {
        reason: 'variable',
        subject,
        message: `variables of ${subject} come from the ${object}, which is not in the repository: it fails where the cluster does not have it either`,
        fix: `Put the ${object} into the repository, or make it optional in spec.postBuild.substituteFrom.`,
      };
    });
}
