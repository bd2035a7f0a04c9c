import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  manifest,
  type Restructuring,
} from './restructuring.ts';

const x = idOfConfigMap('x');
const apps = { 'clusters/test/apps.yaml': kustomization('apps'), 'apps/x.yaml': configMap('x') };
const home = manifest('Namespace', '$NS-home', { namespace: null });
const widgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.$NS.example.com
spec:
  group: $NS.example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
const release = manifest('HelmRelease', 'release', {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  body: 'spec:\n  interval: 10m\n  chart: {spec: {chart: c, sourceRef: {kind: HelmRepository, name: r}}}\n',
});
const claim = manifest('PersistentVolumeClaim', 'data', {
  body: 'spec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n',
});

/** What takes other things with it, and what stays behind as Terminating. */
export const ofCascades: readonly Restructuring[] = [
  {
    name: 'remove a Namespace in which another Kustomization has objects',
    base: {
      ...apps,
      'clusters/test/home.yaml': home,
      'apps/y.yaml': configMap('y', { namespace: '$NS-home' }),
    },
    head: { 'clusters/test/home.yaml': null },
    always: { deleted: ['_$NS-home__Namespace'], kept: [x] },
  },
  {
    name: 'move a Namespace between two live Kustomizations',
    base: {
      ...apps,
      'clusters/test/b.yaml': kustomization('b'),
      'b/z.yaml': configMap('z'),
      'apps/home.yaml': home,
    },
    head: { 'apps/home.yaml': null, 'b/home.yaml': home },
    hanging: ['b'],
    always: { kept: [x, idOfConfigMap('z')] },
  },
  {
    name: 'remove a definition of which another Kustomization has objects',
    base: {
      ...apps,
      'clusters/test/widgets.yaml': widgets,
      'apps/w.yaml': manifest('Widget', 'w', { apiVersion: '$NS.example.com/v1' }),
    },
    head: { 'clusters/test/widgets.yaml': null },
    always: {
      deleted: [
        '_widgets.$NS.example.com_apiextensions.k8s.io_CustomResourceDefinition',
        '$NS_w_$NS.example.com_Widget',
      ],
      kept: [x],
    },
  },
  {
    name: 'split away a HelmRelease that helm-controller holds',
    base: { ...apps, 'apps/release.yaml': release },
    head: {
      'clusters/test/apps.yaml': null,
      'apps/x.yaml': null,
      'apps/release.yaml': null,
      'clusters/test/new.yaml': kustomization('new'),
      'new/x.yaml': configMap('x'),
      'new/release.yaml': release,
    },
    held: ['$NS_release_helm.toolkit.fluxcd.io_HelmRelease'],
    always: { deleted: [idOfKustomization('apps')] },
  },
  {
    name: 'remove a HelmRelease that helm-controller holds',
    base: { ...apps, 'apps/release.yaml': release },
    head: { 'apps/release.yaml': null },
    held: ['$NS_release_helm.toolkit.fluxcd.io_HelmRelease'],
    always: { deleted: ['$NS_release_helm.toolkit.fluxcd.io_HelmRelease'], kept: [x] },
  },
  {
    name: 'remove a PersistentVolumeClaim',
    base: { ...apps, 'apps/claim.yaml': claim },
    head: { 'apps/claim.yaml': null },
    held: ['$NS_data__PersistentVolumeClaim'],
    always: { deleted: ['$NS_data__PersistentVolumeClaim'], kept: [x] },
  },
  {
    name: 'an object with a finalizer changes hands',
    base: apps,
    head: {
      'clusters/test/apps.yaml': null,
      'clusters/test/new.yaml': kustomization('new', { path: './apps' }),
    },
    held: [x],
    always: { deleted: [idOfKustomization('apps')] },
  },
];
