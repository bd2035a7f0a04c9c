import type { Mapping } from '../tree/value.ts';
import { objectsOf } from './kubernetes-object.ts';
import { isKustomizationName } from './kustomization.ts';

/**
 * Says what in a file a `sops` block would break, or returns `null`: kustomize refuses a kustomization with an unknown
 * field, and the cluster's API refuses one in an object of Flux, unless a Flux that has it decrypt them applies it.
 */
export function brokenBySops(path: string, documents: readonly Mapping[]): string | null {
  if (isKustomizationName(path.replaceAll('\\', '/')))
    return 'a kustomization: kustomize refuses a sops block in it';
  for (const { kind, apiVersion } of documents.flatMap(objectsOf)) {
    const group = apiVersion.slice(0, Math.max(apiVersion.lastIndexOf('/'), 0));
    if (group === 'kustomize.config.k8s.io')
      return `a ${kind} of kustomize, which refuses a sops block in it`;
    if (isFluxGroup(group)) return `a ${kind} of Flux, whose API refuses a sops block in it`;
  }
  return null;
}

function isFluxGroup(group: string): boolean {
  return group.endsWith('.toolkit.fluxcd.io') || group === 'fluxcd.controlplane.io';
}
