import { importedSecret } from '../../manifests/secret-manifest-import.ts';
import { isSecret } from '../../manifests/secret-values.ts';
import { serverMetadata } from '../../manifests/server-metadata.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../../tree/value.ts';

const serverAnnotations: readonly RegExp[] = [
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /^deployment\.kubernetes\.io\/revision$/,
  /^deprecated\.daemonset\.template\.generation$/,
  /^(?:autoscaling\.alpha|pv|volume\.beta|volume)\.kubernetes\.io\//,
  /^(?:reconcile\.fluxcd\.io|sopskit)\//,
];

const serverLabels: readonly RegExp[] = [/^(?:kustomize|helm)\.toolkit\.fluxcd\.io\//];

/** What the API server chose for one cluster, by kind: fields of `spec`. */
const chosenSpec: Readonly<Record<string, readonly string[]>> = {
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'],
  PersistentVolumeClaim: ['volumeName'],
  Namespace: ['finalizers'],
};

/**
 * Returns the manifest of a live object as one would write it: without status, and without what the API server and
 * controllers put in. A Secret's as `secret import` has it. Headless Services keep `clusterIP: None`.
 */
export function strippedManifest(live: Mapping): Mapping {
  if (isSecret(live)) return importedSecret(live).tree;
  const kind = valueAt(live, 'kind');
  const first = ['apiVersion', 'kind', 'metadata'];
  const rest = entriesOf(live).filter(({ key }) => !first.includes(String(key)) && key !== 'status');
  const entries = [...first.flatMap((key) => entriesOf(live).filter((entry) => entry.key === key)), ...rest];
  return {
    kind: 'mapping',
    entries: entries.flatMap((entry): Entry[] => {
      if (entry.key === 'metadata') return [{ ...entry, value: metadataOf(entry.value) }];
      if (entry.key !== 'spec' || entry.value.kind !== 'mapping') return [entry];
      const spec = specOf(kind?.kind === 'string' ? kind.value : '', entry.value);
      return spec.entries.length === 0 ? [] : [{ ...entry, value: spec }];
    }),
  };
}

function metadataOf(value: Value): Mapping {
  const order = ['name', 'namespace', 'labels', 'annotations'];
  const entries = (value.kind === 'mapping' ? entriesOf(value) : []).flatMap((entry): Entry[] => {
    if (serverMetadata.has(String(entry.key))) return [];
    if (entry.key === 'annotations') return without(entry, serverAnnotations);
    return entry.key === 'labels' ? without(entry, serverLabels) : [entry];
  });
  const rank = ({ key }: Entry): number =>
    order.includes(String(key)) ? order.indexOf(String(key)) : order.length;
  return { kind: 'mapping', entries: entries.sort((a, b) => rank(a) - rank(b)) };
}

function without(entry: Entry, patterns: readonly RegExp[]): Entry[] {
  if (entry.value.kind !== 'mapping') return [];
  const kept = entriesOf(entry.value).filter(({ key }) => !patterns.some((one) => one.test(String(key))));
  return kept.length === 0 ? [] : [{ ...entry, value: { kind: 'mapping', entries: kept } }];
}

function specOf(kind: string, spec: Mapping): Mapping {
  const headless = valueAt(spec, 'clusterIP');
  const keeps = headless?.kind === 'string' && headless.value === 'None';
  const chosen = (chosenSpec[kind] ?? []).filter((key) => !(keeps && key === 'clusterIP'));
  return { kind: 'mapping', entries: entriesOf(spec).filter(({ key }) => !chosen.includes(String(key))) };
}
