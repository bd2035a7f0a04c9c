import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  kustomizationFile,
  manifest,
  type Restructuring,
} from './restructuring.ts';

const [x, y] = [idOfConfigMap('x'), idOfConfigMap('y')];
const apps = { 'clusters/test/apps.yaml': kustomization('apps'), 'apps/x.yaml': configMap('x') };

const secondSource = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: second
  namespace: $NS
spec:
  interval: 10m
  ref: {branch: main}
  url: $URL
`;

/** Kustomizations that are removed, renamed, split, merged, or applied by another. */
export const ofKustomizations: readonly Restructuring[] = [
  {
    name: 'rename a Kustomization',
    base: apps,
    head: {
      'clusters/test/apps.yaml': null,
      'clusters/test/new.yaml': kustomization('new', { path: './apps' }),
    },
    always: { deleted: [idOfKustomization('apps')] },
  },
  {
    name: 'remove a Kustomization',
    base: apps,
    head: { 'clusters/test/apps.yaml': null },
    always: { deleted: [x, idOfKustomization('apps')] },
  },
  {
    name: 'change the namespace of a Kustomization',
    base: { ...apps, 'clusters/test/home.yaml': manifest('Namespace', '$NS-home', { namespace: null }) },
    head: { 'clusters/test/apps.yaml': kustomization('apps', { namespace: '$NS-home' }) },
    always: { deleted: [idOfKustomization('apps')], kept: ['_$NS-home__Namespace'] },
  },
  {
    name: 'drop a Kustomization from the render of its parent',
    base: { ...apps, 'clusters/test/rest.yaml': configMap('rest') },
    head: {
      'clusters/test/kustomization.yaml': kustomizationFile(
        'resources: [flux-system/gotk-sync.yaml, rest.yaml]',
      ),
    },
    always: { deleted: [x, idOfKustomization('apps')], kept: [idOfConfigMap('rest')] },
  },
  {
    name: 'split a Kustomization into two',
    base: { ...apps, 'apps/y.yaml': configMap('y') },
    head: {
      'clusters/test/apps.yaml': null,
      'apps/x.yaml': null,
      'apps/y.yaml': null,
      'clusters/test/one.yaml': kustomization('one'),
      'clusters/test/two.yaml': kustomization('two', { spec: 'dependsOn: [{name: one}]' }),
      'one/x.yaml': configMap('x'),
      'two/y.yaml': configMap('y'),
    },
    always: { deleted: [idOfKustomization('apps')] },
  },
  {
    name: 'merge two Kustomizations into one of them',
    base: {
      ...apps,
      'clusters/test/more.yaml': kustomization('more'),
      'more/y.yaml': configMap('y'),
    },
    head: { 'clusters/test/more.yaml': null, 'more/y.yaml': null, 'apps/y.yaml': configMap('y') },
    always: { deleted: [idOfKustomization('more')], kept: [x] },
  },
  {
    name: 'move a Kustomization to another parent',
    base: {
      ...apps,
      'clusters/test/parent.yaml': kustomization('parent'),
      'parent/z.yaml': configMap('z'),
    },
    head: { 'clusters/test/apps.yaml': null, 'parent/apps.yaml': kustomization('apps') },
    always: { kept: [idOfConfigMap('z'), idOfKustomization('parent')] },
  },
  {
    name: 'remove a parent with its children',
    base: {
      'clusters/test/parent.yaml': kustomization('parent'),
      'parent/apps.yaml': kustomization('apps'),
      'apps/x.yaml': configMap('x'),
    },
    head: { 'clusters/test/parent.yaml': null },
    always: { deleted: [x, idOfKustomization('apps'), idOfKustomization('parent')] },
  },
  {
    name: 'remove a Kustomization that does not prune',
    base: { ...apps, 'clusters/test/apps.yaml': kustomization('apps', { prune: false }) },
    head: { 'clusters/test/apps.yaml': null },
    always: { kept: [x] },
  },
  {
    name: 'remove a Kustomization with deletionPolicy Orphan',
    base: { ...apps, 'clusters/test/apps.yaml': kustomization('apps', { spec: 'deletionPolicy: Orphan' }) },
    head: { 'clusters/test/apps.yaml': null },
    always: { kept: [x] },
  },
  {
    name: 'remove a Kustomization with deletionPolicy Delete that does not prune',
    base: {
      ...apps,
      'clusters/test/apps.yaml': kustomization('apps', { prune: false, spec: 'deletionPolicy: Delete' }),
    },
    head: { 'clusters/test/apps.yaml': null },
    always: { deleted: [x] },
  },
  {
    name: 'set prune: false and remove an object in one commit',
    base: {
      'clusters/test/parent.yaml': kustomization('parent'),
      'parent/apps.yaml': kustomization('apps'),
      'apps/x.yaml': configMap('x'),
      'apps/y.yaml': configMap('y'),
    },
    head: { 'parent/apps.yaml': kustomization('apps', { prune: false }), 'apps/y.yaml': null },
    always: { kept: [x] },
  },
  {
    name: 'give a Kustomization another source with the same content',
    base: {
      ...apps,
      'apps/y.yaml': configMap('y'),
      'clusters/test/second.yaml': secondSource,
    },
    head: { 'clusters/test/apps.yaml': kustomization('apps', { source: 'second' }) },
    always: { kept: [x, y] },
  },
];
