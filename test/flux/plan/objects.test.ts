import { describe, expect, it } from 'vitest';
import type { BuiltObject } from '../../../src/flux/build/build.ts';
import { definedKind, isOfKind } from '../../../src/flux/plan/cluster-objects.ts';
import { generatorOf } from '../../../src/flux/plan/generated-name.ts';
import { movedRelease, releaseName } from '../../../src/flux/plan/helm-release.ts';
import { isKept, isLeftAlone, ownerOf } from '../../../src/flux/plan/protection.ts';
import { recreation } from '../../../src/flux/plan/recreation.ts';
import { builtOf, type Manifest, object, release } from './made-change.ts';

function changed(apiVersion: string, kind: string, before: Manifest, after: Manifest) {
  const made = (rest: Manifest): BuiltObject => builtOf(object(apiVersion, kind, 'apps/it', rest));
  return recreation(made(before), made(after));
}

describe('what cannot be changed', () => {
  it.each([
    ['apps/v1', 'Deployment', { spec: { selector: { a: 'b' } } }, { spec: { selector: { a: 'c' } } }],
    ['apps/v1', 'StatefulSet', { spec: { serviceName: 'a' } }, { spec: { serviceName: 'b' } }],
    ['batch/v1', 'Job', { spec: { template: { a: 'b' } } }, { spec: { template: { a: 'c' } } }],
    ['v1', 'Secret', { type: 'Opaque' }, { type: 'kubernetes.io/tls' }],
    ['v1', 'ConfigMap', { immutable: true, data: { a: 'b' } }, { immutable: true, data: { a: 'c' } }],
    ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'a' }, { provisioner: 'b' }],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }],
  ])('%s %s', (apiVersion, kind, before, after) => {
    expect(changed(apiVersion, kind, before, after)).toMatchObject({ sure: true });
  });

  it.each([
    ['apps/v1', 'Deployment', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }],
    ['v1', 'ConfigMap', { data: { a: 'b' } }, { data: { a: 'c' } }],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', { spec: { interval: '1h' } }, { spec: { interval: '2h' } }],
    ['example.com/v1', 'Thing', { spec: { a: 'b' }, metadata: { labels: { a: 'b' } } }, { spec: { a: 'b' } }],
  ])('is not in %s %s', (apiVersion, kind, before, after) => {
    expect(changed(apiVersion, kind, before, after)).toBeNull();
  });

  it('may be anything in the spec of a custom object', () => {
    expect(changed('example.com/v1', 'Thing', { spec: { a: 'b' } }, { spec: { a: 'c' } })).toMatchObject({
      sure: false,
    });
    expect(
      changed('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { a: 'b' } }, { spec: { a: 'c' } }),
    ).toMatchObject({ sure: false });
  });
});

describe('the kind that a definition defines', () => {
  const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'policies.example.com', {
    spec: { group: 'example.com', names: { kind: 'Policy', plural: 'policies' } },
  });
  const policy = { namespace: 'apps', name: 'it', group: 'example.com', kind: 'Policy' };

  it('is told by its spec, and without one by its name', () => {
    const built = builtOf(definition);
    for (const known of [built, null]) {
      const defined = definedKind(built.identity, known);
      if (defined === null) throw new Error('none');
      expect(isOfKind(policy, defined)).toBe(true);
      expect(isOfKind({ ...policy, group: 'other.com' }, defined)).toBe(false);
      expect(isOfKind({ ...policy, kind: 'Rule' }, defined)).toBe(false);
    }
  });
});

describe('a Helm release', () => {
  it.each([
    [{}, 'cilium'],
    [{ targetNamespace: 'net' }, 'net-cilium'],
    [{ targetNamespace: 'net', releaseName: 'x' }, 'x'],
  ])('with %j is called %s', (spec, name) => {
    expect(releaseName(builtOf(release('cilium', spec)))).toBe(name);
  });

  it.each([
    [{}, { interval: '2h' }],
    [{}, { storageNamespace: 'kube-system', targetNamespace: 'kube-system', releaseName: 'cilium' }],
    [{}, { suspend: true, releaseName: 'x' }],
    [{ chart: { spec: { chart: './charts/a' } } }, { chart: { spec: { chart: './other/a' } } }],
    [{}, { chart: { spec: { chart: 'other' } }, upgrade: { chartNameChangeStrategy: 'InPlace' } }],
  ])('stays from %j to %j', (before, after) => {
    const both = [builtOf(release('cilium', before)), builtOf(release('cilium', after))] as const;
    expect(movedRelease(both, [() => null, () => null])).toBeNull();
  });
});

describe('a chart that an object brings', () => {
  const from = (url: string) => () =>
    builtOf(object('source.toolkit.fluxcd.io/v1', 'OCIRepository', 'kube-system/x', { spec: { url } }));
  const byReference = builtOf(
    object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'kube-system/cilium', {
      spec: { chartRef: { kind: 'OCIRepository', name: 'x' } },
    }),
  );

  it('is called by the last part of its address', () => {
    const [old, now] = [from('oci://x.io/charts/cilium'), from('oci://y.io/cilium')];
    expect(movedRelease([byReference, byReference], [old, now])).toBeNull();
    expect(movedRelease([builtOf(release('cilium')), byReference], [() => null, now])).toBeNull();
    expect(movedRelease([byReference, byReference], [old, from('oci://x.io/charts/other')])).toContain(
      'cilium to other',
    );
  });
});

describe('marks', () => {
  const marks = (key: string, value: string) => ({
    labels: new Map([[`kustomize.toolkit.fluxcd.io/${key}`, value]]),
    annotations: new Map(),
  });

  it.each([
    ['prune', 'Disabled', true, false],
    ['reconcile', 'disabled', true, true],
    ['ssa', 'ignore', true, true],
    ['ssa', 'Merge', false, false],
    ['prune', 'enabled', false, false],
  ])('%s: %s', (key, value, kept, alone) => {
    expect([isKept(marks(key, value)), isLeftAlone(marks(key, value))]).toEqual([kept, alone]);
  });

  it('name the owner, if both are there', () => {
    expect(ownerOf(marks('name', 'a'))).toBeNull();
  });
});

describe('a generated name', () => {
  const id = (name: string, kind = 'ConfigMap') => ({ namespace: 'apps', name, group: '', kind });

  it('is that of a ConfigMap or Secret with a hash', () => {
    expect(generatorOf(id('settings-2b8m6hfk9t'))).toBe(generatorOf(id('settings-d7g2tck5bh')));
    expect(generatorOf(id('settings-2b8m6hfk9t'))).not.toBe(generatorOf(id('others-2b8m6hfk9t')));
    expect(generatorOf(id('settings-production'))).toBeNull();
    expect(generatorOf(id('settings-2b8m6hfk9t', 'Service'))).toBeNull();
  });
});
