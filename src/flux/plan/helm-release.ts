import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { BuiltObject } from '../build/build.ts';
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
export function movedRelease(before: BuiltObject, after: BuiltObject): string | null {
  if (isSuspended(after)) return null;
  const [old, now] = [targetOf(before), targetOf(after)];
  const field = (['storageNamespace', 'targetNamespace', 'releaseName', 'chart'] as const).find(
    (name) => old[name] !== now[name],
  );
  if (field === undefined) return null;
  const name = field === 'chart' ? "the chart's name" : `its ${field}`;
  return `${name} changes from ${old[field] || 'none'} to ${now[field] || 'none'}`;
}

function targetOf(object: BuiltObject) {
  const spec = mappingAt(object.manifest, 'spec');
  const text = (key: string): string => (spec === null ? '' : textAt(spec, key));
  const { namespace } = object.identity;
  return {
    storageNamespace: text('storageNamespace') || namespace,
    targetNamespace: text('targetNamespace') || namespace,
    releaseName: releaseName(object),
    chart: chartOf(object),
  };
}

/** The chart as the HelmRelease names it: its name's last part, or the object that brings it. */
function chartOf({ manifest }: BuiltObject): string {
  const spec = mappingAt(manifest, 'spec');
  const chart = spec === null ? null : mappingAt(spec, 'chart');
  const inner = chart === null ? null : mappingAt(chart, 'spec');
  if (inner !== null) return textAt(inner, 'chart').split('/').pop() ?? '';
  const ref = spec === null ? null : mappingAt(spec, 'chartRef');
  return ref === null ? '' : `${textAt(ref, 'kind')}/${textAt(ref, 'name')}`;
}
