import { type KubernetesObject, textAt } from '../../manifests/kubernetes-object.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';
import { type ObjectId, printId } from '../object-id.ts';

/** An object as a Kustomization applies it; where it could not be built, as it stands in the files. */
export interface LintObject {
  readonly id: string;
  readonly identity: ObjectId;
  readonly apiVersion: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly manifest: Mapping;
  /** Whether kustomize made it: names, namespaces and patches are then what they will be. */
  readonly built: boolean;
}

export function fromBuild(object: BuiltObject): LintObject {
  return { ...object, built: true };
}

/** `namespace`: what stands over the manifest's own, if anything. */
export function fromFile(object: KubernetesObject, namespace: string | null): LintObject {
  const metadata = mappingAt(object.manifest, 'metadata');
  const own = metadata === null ? '' : textAt(metadata, 'namespace');
  const identity: ObjectId = {
    namespace: clusterScoped.has(object.kind) ? '' : (namespace ?? own),
    name: object.name,
    group: groupOf(object.apiVersion),
    kind: object.kind,
  };
  return {
    id: printId(identity),
    identity,
    apiVersion: object.apiVersion,
    labels: textsAt(metadata, 'labels'),
    annotations: textsAt(metadata, 'annotations'),
    manifest: object.manifest,
    built: false,
  };
}

/** Kinds without a namespace that are seen in most repositories. */
const clusterScoped: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'StorageClass',
  'PersistentVolume',
  'PriorityClass',
  'IngressClass',
  'ClusterIssuer',
]);

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(apiVersion.lastIndexOf('/'), 0));
}

export function mappingAt(mapping: Mapping | null | undefined, key: string): Mapping | null {
  const value = mapping == null ? undefined : valueAt(mapping, key);
  return value?.kind === 'mapping' ? value : null;
}

export function textsAt(mapping: Mapping | null, key: string): ReadonlyMap<string, string> {
  const found = mappingAt(mapping, key);
  return new Map(
    found === null
      ? []
      : entriesOf(found).flatMap(({ key: name, value }) =>
          typeof name === 'string' && value.kind === 'string' ? [[name, value.value] as const] : [],
        ),
  );
}
