import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import type { Mapping } from '../../tree/value.ts';

/** A source as a cluster has it. */
export interface SourceInCluster {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `null`: it is named, and nobody has it. */
  readonly manifest: Mapping | null;
}

/** `Kind/namespace/name`. */
export function keyOfSource({ kind, namespace, name }: Omit<SourceInCluster, 'manifest'>): string {
  return `${kind}/${namespace}/${name}`;
}

export function showSource({ kind, namespace, name }: SourceInCluster): string {
  return `${kind} ${namespace}/${name}`;
}

/** A text of the object's `spec`; empty where it has none. */
export function specText(manifest: Mapping, key: string): string {
  const spec = fieldsAt(manifest, 'spec')[0]?.value;
  return spec?.kind === 'mapping' ? textAt(spec, key) : '';
}
