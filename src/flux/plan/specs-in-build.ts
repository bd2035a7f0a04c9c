import { SopskitError } from '../../errors/sopskit-error.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { BuiltObject } from '../build/build.ts';
import { type FluxKustomization, kustomizationGroup } from '../kustomization.ts';
import { readKustomization } from '../kustomization-read.ts';
import type { KustomizationChange, Side, SpecBetween } from './change.ts';
import { effectText } from './spec-text.ts';

/** Which spec of a Kustomization a build applies; `null`: one that is not among them. */
export type AppliedSpec = Side | SpecBetween | null;

export function isKustomization({ identity }: BuiltObject): boolean {
  return identity.kind === 'Kustomization' && identity.group === kustomizationGroup;
}

/**
 * Tells which of a Kustomization's specs an object is that a parent builds from the tree of `tree`. Both sides where they
 * do the same.
 */
export function appliedSpecs(
  object: BuiltObject,
  change: KustomizationChange,
  tree: Side,
): readonly AppliedSpec[] {
  const built = readQuietly(object);
  // an object without a spec is one of a made-up change: it is that of its tree
  if (built === 'no-spec') return change.spec[tree] === null ? [null] : [tree];
  if (built === null) return [null];
  const effect = effectText(built.spec);
  const sides = (['base', 'head'] as const).filter((side) => {
    const spec = change.spec[side];
    return spec !== null && effectText(spec.spec) === effect;
  });
  if (sides.length > 0) return sides;
  const between = change.between?.find(({ spec }) => effectText(spec.spec) === effect);
  return [between ?? null];
}

/** Reads a Kustomization of a build; `null` for one that the API server would refuse. */
export function readQuietly({ manifest }: BuiltObject): FluxKustomization | 'no-spec' | null {
  if (valueAt(manifest, 'spec') === undefined || textAt(manifest, 'kind') === '') return 'no-spec';
  try {
    return readKustomization(manifest);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'flux.manifest') return null;
    throw error;
  }
}
