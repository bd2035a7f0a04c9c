import { parseId } from '../../../src/flux/object-id.ts';
import type { ControlPlane, Json } from '../control-plane.ts';

/** Reads an object by its id in an inventory; `null`: it is not there, or its kind is not. */
export async function liveObject(controlPlane: ControlPlane, id: string): Promise<Json | null> {
  const { namespace, name } = parseId(id);
  return await controlPlane.get(resourceOf(id), namespace, name);
}

/** Puts a finalizer on an object that nobody takes away, beside those that it has. */
export async function hold(controlPlane: ControlPlane, id: string): Promise<void> {
  const { namespace, name } = parseId(id);
  const live = await liveObject(controlPlane, id);
  const finalizers = [...(live?.metadata.finalizers ?? []), 'sopskit.test/held'];
  await controlPlane.patch(
    resourceOf(id),
    namespace,
    name,
    { metadata: { finalizers } },
    { fieldManager: 'test' },
  );
}

const resources: ReadonlyMap<string, string> = new Map([
  ['ConfigMap', 'configmaps'],
  ['Secret', 'secrets'],
  ['Namespace', 'namespaces'],
  ['PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['Kustomization', 'kustomizations'],
  ['GitRepository', 'gitrepositories'],
  ['HelmRelease', 'helmreleases'],
  ['CustomResourceDefinition', 'customresourcedefinitions'],
  ['HorizontalPodAutoscaler', 'horizontalpodautoscalers.v2.autoscaling'],
]);

function resourceOf(id: string): string {
  const { kind, group } = parseId(id);
  if (kind === 'Widget') return `widgets.v1.${group}`;
  const resource = resources.get(kind);
  if (resource === undefined) throw new Error(`no resource is known for ${id}`);
  return resource;
}
