import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';
import { jsonText } from '../build/json-text.ts';

/** What objects say of the Flux that applies them. */
interface Saying {
  /** The feature gate `StrictPostBuildSubstitutions`, where it is set. */
  readonly gate: boolean | null;
  /** Whether the release is older than 2.9, which made the gate the default; `null`: none is named. */
  readonly isOld: boolean | null;
}

const nothing: Saying = { gate: null, isOld: null };

/**
 * Whether the kustomize-controller that these objects install puts an empty text in for a variable that is not defined:
 * releases before Flux 2.9, or with `--feature-gates=StrictPostBuildSubstitutions=false` (kustomize-controller's
 * CHANGELOG, 1.9.0). Told from the Deployment of gotk-components.yaml, a FluxInstance, the tag of flux-manifests, and
 * patches of either. `null`: they say nothing.
 */
export function isLenient(objects: Iterable<BuiltObject>): boolean | null {
  let isOld: boolean | null = null;
  for (const object of objects) {
    const said = sayingOf(object);
    if (said.gate !== null) return !said.gate;
    isOld ??= said.isOld;
  }
  return isOld;
}

/** What a FluxInstance's `spec` says, as `isLenient`. */
export function isLenientInstance(spec: Mapping): boolean | null {
  const { gate, isOld } = sayingOfInstance(spec);
  return gate === null ? isOld : !gate;
}

function sayingOf({ identity: { group, kind, name }, labels, manifest }: BuiltObject): Saying {
  const spec = valueAt(manifest, 'spec');
  if (spec?.kind !== 'mapping') return nothing;
  if (kind === 'Deployment' && group === 'apps' && name === 'kustomize-controller') {
    const text = jsonText(spec);
    const image = /\/kustomize-controller:v?(\d+\.\d+)/.exec(text)?.[1];
    const release = labels.get('app.kubernetes.io/version');
    return { gate: gateIn(text), isOld: isBefore(image, 1, 9) ?? isBefore(release, 2, 9) };
  }
  if (kind === 'FluxInstance') return sayingOfInstance(spec);
  if (kind === 'OCIRepository' && textAt(spec, 'url') === 'oci://ghcr.io/fluxcd/flux-manifests') {
    const ref = valueAt(spec, 'ref');
    return { gate: null, isOld: ref?.kind === 'mapping' ? isBefore(textAt(ref, 'tag'), 2, 9) : null };
  }
  if (kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io') {
    const patches = valueAt(spec, 'patches');
    return patches === undefined ? nothing : { gate: gateIn(jsonText(patches)), isOld: null };
  }
  return kind === 'HelmRelease' ? { gate: gateIn(jsonText(spec)), isOld: null } : nothing;
}

function sayingOfInstance(spec: Mapping): Saying {
  const [distribution, kustomize] = [valueAt(spec, 'distribution'), valueAt(spec, 'kustomize')];
  return {
    gate: kustomize === undefined ? null : gateIn(jsonText(kustomize)),
    isOld: distribution?.kind === 'mapping' ? isBefore(textAt(distribution, 'version'), 2, 9) : null,
  };
}

function gateIn(text: string): boolean | null {
  const set = /StrictPostBuildSubstitutions=(true|false)/.exec(text)?.[1];
  return set === undefined ? null : set === 'true';
}

function isBefore(text: string | undefined, major: number, minor: number): boolean | null {
  const found = /^[v~=]?(\d+)\.(\d+)/.exec(text ?? '');
  if (found === null) return null;
  const [ours, below] = [Number(found[1]), Number(found[2])];
  return ours < major || (ours === major && below < minor);
}
