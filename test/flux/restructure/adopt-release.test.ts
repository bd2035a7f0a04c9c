import { describe, expect, it } from 'vitest';
import {
  chartSource,
  helmRelease,
  nameOfSource,
  type ReleaseManifests,
} from '../../../src/flux/restructure/adopt-release.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import type { Mapping } from '../../../src/tree/value.ts';

const print = (tree: Mapping): string => Buffer.from(yamlFormat.emit([tree], { indent: 2 })).toString();

function release(repository: string, more: Partial<ReleaseManifests> = {}): ReleaseManifests {
  const place = { chart: 'podinfo', version: '6.7.1', repository };
  return {
    name: 'shop',
    namespace: 'apps',
    ownNamespace: 'apps',
    place,
    source: null,
    sourceName: nameOfSource(place),
    values: { kind: 'mapping', entries: [] },
    secretName: null,
    ...more,
  };
}

describe('a Helm release as manifests', () => {
  it('takes its chart from a HelmRepository', () => {
    const made = release('https://charts.example.com/stable');
    expect(print(chartSource(made))).toBe(`apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts-example-com
  namespace: apps
spec:
  interval: 1h
  url: https://charts.example.com/stable
`);
    expect(print(helmRelease(made))).toBe(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: apps
spec:
  interval: 1h
  releaseName: shop
  targetNamespace: apps
  storageNamespace: apps
  chart:
    spec:
      chart: podinfo
      version: 6.7.1
      sourceRef:
        kind: HelmRepository
        name: charts-example-com
`);
  });

  it('takes it from an OCIRepository, with or without the chart in the address', () => {
    for (const address of ['oci://ghcr.example.com/charts', 'oci://ghcr.example.com/charts/podinfo/']) {
      const made = release(address);
      expect(print(chartSource(made))).toContain(
        '  url: oci://ghcr.example.com/charts/podinfo\n  ref:\n    tag: 6.7.1\n',
      );
      expect(print(helmRelease(made))).toContain('  chartRef:\n    kind: OCIRepository\n    name: podinfo\n');
    }
  });

  it('uses a source that is there, in its namespace, and a Secret with values', () => {
    const source = { kind: 'HelmRepository', name: 'mine', namespace: 'flux-system' };
    const text = print(
      helmRelease(release('https://charts.example.com', { source, secretName: 'shop-values' })),
    );
    expect(text).toContain('        name: mine\n        namespace: flux-system\n');
    expect(text).toContain('  valuesFrom:\n    - kind: Secret\n      name: shop-values\n');
  });
});
