import { secretTree } from '../../manifests/secret-manifest.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/** A chart, where it comes from. */
export interface ChartPlace {
  readonly chart: string;
  readonly version: string;
  /** `https://…`, `http://…` or `oci://…`. */
  readonly repository: string;
}

/** A Helm release as Flux is to have it. */
export interface ReleaseManifests {
  readonly name: string;
  /** Namespace of the release, and of its state. */
  readonly namespace: string;
  /** Namespace of the HelmRelease and what goes with it. */
  readonly ownNamespace: string;
  readonly place: ChartPlace;
  /** A source of the repository that is the same already; `null`: one is made. */
  readonly source: { readonly kind: string; readonly name: string; readonly namespace: string } | null;
  /** Name of the source that is made. */
  readonly sourceName: string;
  readonly values: Mapping;
  /** Name of the Secret with the rest of the values; `null`: none. */
  readonly secretName: string | null;
}

const interval = stringOf('1h');

/** The source of the chart: HelmRepository, or for `oci://` an OCIRepository. */
export function chartSource({ sourceName, ownNamespace, place }: ReleaseManifests): Mapping {
  const isOci = place.repository.startsWith('oci://');
  return object('source.toolkit.fluxcd.io/v1', isOci ? 'OCIRepository' : 'HelmRepository', {
    name: sourceName,
    namespace: ownNamespace,
    spec: isOci
      ? ociSpec(place)
      : mappingOf([
          ['interval', interval],
          ['url', stringOf(place.repository)],
        ]),
  });
}

/** Helm's own media type: other layers of the artifact are no chart. */
const chartMedia = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

function ociSpec(place: ChartPlace): Mapping {
  return mappingOf([
    ['interval', interval],
    ['url', stringOf(ociAddress(place))],
    ['ref', mappingOf([['tag', stringOf(place.version)]])],
    [
      'layerSelector',
      mappingOf([
        ['mediaType', stringOf(chartMedia)],
        ['operation', stringOf('copy')],
      ]),
    ],
  ]);
}

/** The address of the chart itself, whether or not it was given with the chart's name. */
export function ociAddress({ repository, chart }: ChartPlace): string {
  const plain = repository.replace(/\/+$/, '');
  return plain.endsWith(`/${chart}`) ? plain : `${plain}/${chart}`;
}

/** Names a source: an OCIRepository, which holds one chart, after it; others after the last part of their address that says something. */
export function nameOfSource({ repository, chart }: ChartPlace): string {
  if (repository.startsWith('oci://')) return chart;
  const parts = repository
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[:?#].*$/, '')
    .split('/');
  const word =
    parts.toReversed().find((part) => part !== '' && !/^(?:charts?|helm|stable)$/i.test(part)) ?? chart;
  const name = word
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return /^[a-z]/.test(name) && name.length <= 63 ? name : chart;
}

/** The HelmRelease: the same release name, namespaces and values, so that it finds the release and does not make one. */
export function helmRelease(release: ReleaseManifests): Mapping {
  const { name, namespace, ownNamespace, values, secretName } = release;
  const from =
    secretName === null
      ? undefined
      : list(
          mappingOf([
            ['kind', stringOf('Secret')],
            ['name', stringOf(secretName)],
          ]),
        );
  return object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', {
    name,
    namespace: ownNamespace,
    spec: mappingOf([
      ['interval', interval],
      ['releaseName', stringOf(name)],
      ['targetNamespace', stringOf(namespace)],
      ['storageNamespace', stringOf(namespace)],
      ...chartOf(release),
      ['valuesFrom', from],
      ['values', values.entries.length === 0 ? undefined : values],
    ]),
  });
}

function chartOf({ sourceName, ownNamespace, place, source }: ReleaseManifests): [string, Value][] {
  const isOci = place.repository.startsWith('oci://');
  const made = {
    kind: isOci ? 'OCIRepository' : 'HelmRepository',
    name: sourceName,
    namespace: ownNamespace,
  };
  const used = source ?? made;
  const ref = mappingOf([
    ['kind', stringOf(used.kind)],
    ['name', stringOf(used.name)],
    ['namespace', used.namespace === ownNamespace ? undefined : stringOf(used.namespace)],
  ]);
  if (isOci) return [['chartRef', ref]];
  const spec = mappingOf([
    ['chart', stringOf(place.chart)],
    ['version', stringOf(place.version)],
    ['sourceRef', ref],
  ]);
  return [['chart', mappingOf([['spec', spec]])]];
}

/** The Secret that holds values, as one YAML text under helm-controller's default key. */
export function valuesSecret(name: string, namespace: string, yaml: Uint8Array): Mapping {
  return secretTree({
    name,
    namespace,
    type: 'Opaque',
    labels: new Map(),
    annotations: new Map(),
    immutable: false,
    values: new Map([['values.yaml', yaml]]),
    asText: true,
  });
}

function object(
  apiVersion: string,
  kind: string,
  { name, namespace, spec }: { readonly name: string; readonly namespace: string; readonly spec: Mapping },
): Mapping {
  return mappingOf([
    ['apiVersion', stringOf(apiVersion)],
    ['kind', stringOf(kind)],
    [
      'metadata',
      mappingOf([
        ['name', stringOf(name)],
        ['namespace', stringOf(namespace)],
      ]),
    ],
    ['spec', spec],
  ]);
}

function list(item: Value): Value {
  return { kind: 'sequence', items: [item] };
}
