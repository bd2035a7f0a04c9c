import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  kustomizationFile,
  type Restructuring,
} from './restructuring.ts';

const [x, y] = [idOfConfigMap('x'), idOfConfigMap('y')];
const apps = {
  'clusters/test/apps.yaml': kustomization('apps'),
  'apps/x.yaml': configMap('x'),
  'apps/y.yaml': configMap('y'),
};
const stays = { kept: [x, y, idOfKustomization('apps')] };

/** Changes of what a source or a path holds. */
export const ofContents: readonly Restructuring[] = [
  {
    name: 'ignore a file by .sourceignore',
    base: apps,
    head: { '.sourceignore': '/apps/y.yaml\n' },
    always: { kept: [x], deleted: [y] },
  },
  {
    name: 'add a kustomization.yaml that leaves a file out',
    base: apps,
    head: { 'apps/kustomization.yaml': kustomizationFile('resources: [x.yaml]') },
    always: { kept: [x], deleted: [y] },
  },
  {
    name: 'remove a component that may be missing',
    base: {
      ...apps,
      'clusters/test/apps.yaml': kustomization('apps', {
        spec: 'components: [../extra]\nignoreMissingComponents: true',
      }),
      'extra/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [e.yaml]\n',
      'extra/e.yaml': configMap('e'),
    },
    head: { extra: null },
    always: { kept: [x, y], deleted: [idOfConfigMap('e')] },
  },
  { name: 'remove the whole path', base: apps, head: { apps: null }, always: stays },
  {
    name: 'break the build',
    base: apps,
    head: { 'apps/kustomization.yaml': kustomizationFile('resources: [x.yaml, missing.yaml]') },
    always: stays,
  },
  {
    name: 'empty the path, but for a README',
    base: { ...apps, 'apps/README.md': 'nothing is applied from here\n' },
    head: { 'apps/x.yaml': null, 'apps/y.yaml': null },
    always: { deleted: [x, y], kept: [idOfKustomization('apps')] },
  },
  {
    name: 'build nothing by resources: []',
    base: apps,
    head: { 'apps/kustomization.yaml': kustomizationFile('resources: []') },
    always: { deleted: [x, y], kept: [idOfKustomization('apps')] },
  },
  {
    name: 'change spec.path and move all of it',
    base: apps,
    head: {
      'clusters/test/apps.yaml': kustomization('apps', { path: './moved' }),
      apps: null,
      'moved/x.yaml': configMap('x'),
      'moved/y.yaml': configMap('y'),
    },
    always: stays,
  },
  {
    name: 'change spec.path and move a part of it',
    base: apps,
    head: {
      'clusters/test/apps.yaml': kustomization('apps', { path: './moved' }),
      'apps/x.yaml': null,
      'moved/x.yaml': configMap('x'),
      'moved/y.yaml': configMap('y'),
    },
    always: { kept: [y, idOfKustomization('apps')] },
  },
  {
    name: 'change spec.path to a copy',
    base: apps,
    head: {
      'clusters/test/apps.yaml': kustomization('apps', { path: './moved' }),
      'moved/x.yaml': configMap('x'),
      'moved/y.yaml': configMap('y'),
    },
    always: stays,
  },
  {
    name: 'remove objects and make a circle of dependsOn',
    base: { ...apps, 'clusters/test/b.yaml': kustomization('b'), 'b/z.yaml': configMap('z') },
    head: {
      'clusters/test/apps.yaml': kustomization('apps', { spec: 'dependsOn: [{name: b}]' }),
      'clusters/test/b.yaml': kustomization('b', { spec: 'dependsOn: [{name: apps}]' }),
      'apps/x.yaml': null,
    },
    always: { kept: [y, idOfConfigMap('z')] },
  },
];
