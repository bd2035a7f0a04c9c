import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { BuiltObject } from '../build/build.ts';
import { printId } from '../object-id.ts';
import { mappingAt } from './cluster-objects.ts';

/** Whether helm-controller does nothing with a HelmRelease, not even when it is deleted. */
export function isSuspended({ manifest }: BuiltObject): boolean {
  const spec = mappingAt(manifest, 'spec');
  const value = spec === null ? undefined : valueAt(spec, 'suspend');
  return value?.kind === 'bool' && value.value;
}

/** The name of the release in Helm (`GetReleaseName` of helm-controller). */
export function releaseName({ manifest, identity }: BuiltObject): string {
  const spec = mappingAt(manifest, 'spec');
  if (spec === null) return identity.name;
  const target = textAt(spec, 'targetNamespace');
  return textAt(spec, 'releaseName') || (target === '' ? identity.name : `${target}-${identity.name}`);
}

/**
 * Says what of a change makes helm-controller uninstall the old release and install a new one (`ReleaseTargetChanged`);
 * `null`: nothing.
 */
export function movedRelease(
  [before, after]: readonly [BuiltObject, BuiltObject],
  [oldObject, newObject]: readonly [FindObject, FindObject],
): string | null {
  if (isSuspended(after)) return null;
  const [old, now] = [targetOf(before, oldObject), targetOf(after, newObject)];
  const field = (['storageNamespace', 'targetNamespace', 'releaseName', 'chart'] as const).find(
    (name) => old[name] !== now[name] && !(name === 'chart' && isInPlace(after)),
  );
  if (field === undefined) return null;
  const name = field === 'chart' ? "the chart's name" : `its ${field}`;
  return `${name} changes from ${old[field] || 'none'} to ${now[field] || 'none'}`;
}

/** Finds an object of one side of a change by its id. */
export type FindObject = (id: string) => BuiltObject | null;

/** Whether another chart takes the release over as it is. */
function isInPlace({ manifest }: BuiltObject): boolean {
  const spec = mappingAt(manifest, 'spec');
  const upgrade = spec === null ? null : mappingAt(spec, 'upgrade');
  return upgrade !== null && textAt(upgrade, 'chartNameChangeStrategy') === 'InPlace';
}

function targetOf(object: BuiltObject, find: FindObject) {
  const spec = mappingAt(object.manifest, 'spec');
  const text = (key: string): string => (spec === null ? '' : textAt(spec, key));
  const { namespace } = object.identity;
  return {
    storageNamespace: text('storageNamespace') || namespace,
    targetNamespace: text('targetNamespace') || namespace,
    releaseName: releaseName(object),
    chart: chartOf(object, find),
  };
}

/** The chart's name: the last part of what the HelmRelease names, or of the address of the object that brings it. */
function chartOf({ manifest, identity }: BuiltObject, find: FindObject): string {
  const spec = mappingAt(manifest, 'spec');
  const chart = spec === null ? null : mappingAt(spec, 'chart');
  const inner = chart === null ? null : mappingAt(chart, 'spec');
  if (inner !== null) return lastPart(textAt(inner, 'chart'));
  const ref = spec === null ? null : mappingAt(spec, 'chartRef');
  if (ref === null) return '';
  const [kind, name] = [textAt(ref, 'kind'), textAt(ref, 'name')];
  const namespace = textAt(ref, 'namespace') || identity.namespace;
  const brought = find(printId({ group: 'source.toolkit.fluxcd.io', kind, namespace, name }));
  const source = brought === null ? null : mappingAt(brought.manifest, 'spec');
  const known = source === null ? '' : textAt(source, kind === 'HelmChart' ? 'chart' : 'url');
  return known === '' ? `${kind}/${name}` : lastPart(known);
}

function lastPart(path: string): string {
  return path.replace(/\/+$/, '').split('/').pop() ?? '';
}
