import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';
import type { ObjectId } from '../object-id.ts';

/** What a CustomResourceDefinition defines; of one that is known by its id only, as far as its name tells. */
export interface DefinedKind {
  readonly group: string;
  /** Lower case; the kind, or its plural where `isPlural`. */
  readonly kind: string;
  readonly isPlural: boolean;
}

/** The kind that an object defines; `null` for what is no CustomResourceDefinition. */
export function definedKind(identity: ObjectId, object: BuiltObject | null): DefinedKind | null {
  if (identity.kind !== 'CustomResourceDefinition' || identity.group !== 'apiextensions.k8s.io') return null;
  const spec = object === null ? null : mappingAt(object.manifest, 'spec');
  const names = spec === null ? null : mappingAt(spec, 'names');
  const kind = names === null ? '' : textAt(names, 'kind');
  if (spec !== null && kind !== '')
    return { group: textAt(spec, 'group'), kind: kind.toLowerCase(), isPlural: false };
  const [plural = '', ...group] = identity.name.split('.');
  return { group: group.join('.'), kind: plural, isPlural: true };
}

export function isOfKind({ group, kind }: ObjectId, defined: DefinedKind): boolean {
  if (group !== defined.group) return false;
  const lower = kind.toLowerCase();
  if (!defined.isPlural) return lower === defined.kind;
  return [`${lower}s`, `${lower}es`, lower, lower.replace(/y$/, 'ies')].includes(defined.kind);
}

export function isNamespace({ group, kind }: ObjectId): boolean {
  return group === '' && kind === 'Namespace';
}

export function isHelmRelease({ group, kind }: ObjectId): boolean {
  return group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease';
}

export function isSource({ group }: ObjectId): boolean {
  return group === 'source.toolkit.fluxcd.io';
}

/** Whether an object makes others of its own that no Kustomization's inventory has (flux-operator, source-watcher). */
export function isMaker({ group, kind }: ObjectId): boolean {
  return (
    (group === 'fluxcd.controlplane.io' && kind.startsWith('ResourceSet')) ||
    (group === 'source.extensions.fluxcd.io' && kind === 'ArtifactGenerator')
  );
}

export function mappingAt(mapping: Mapping, key: string): Mapping | null {
  const value = valueAt(mapping, key);
  return value?.kind === 'mapping' ? value : null;
}
