import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  type Restructuring,
} from './restructuring.ts';

const x = idOfConfigMap('x');
const base = (spec: Parameters<typeof kustomization>[1]) => ({
  'clusters/test/apps.yaml': kustomization('apps', spec),
  'apps/x.yaml': configMap('x'),
});
const split = {
  'clusters/test/apps.yaml': null,
  'apps/x.yaml': null,
  'clusters/test/new.yaml': kustomization('new'),
  'new/x.yaml': configMap('x'),
};
const kept = { kept: [x], deleted: [idOfKustomization('apps')] };

/** What keeps objects while they change hands, seen live before the commit. */
export const ofGuards: readonly Restructuring[] = [
  { name: 'prune: false first, then split', base: base({ prune: false }), head: split, always: kept },
  {
    name: 'deletionPolicy: Orphan first, then split',
    base: base({ spec: 'deletionPolicy: Orphan' }),
    head: split,
    always: kept,
  },
  {
    name: 'suspended by hand first, then split',
    base: base({}),
    head: split,
    suspended: ['apps'],
    always: kept,
  },
  {
    name: 'the old Kustomization suspended by hand, then an object moved',
    base: {
      ...base({}),
      'apps/y.yaml': configMap('y'),
      'clusters/test/b.yaml': kustomization('b'),
      'b/z.yaml': configMap('z'),
    },
    head: { 'apps/x.yaml': null, 'b/x.yaml': configMap('x') },
    suspended: ['apps'],
    always: { kept: [x, idOfConfigMap('y'), idOfConfigMap('z')] },
  },
  {
    name: 'prune: disabled first, then split',
    base: { ...base({}), 'apps/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    head: { ...split, 'new/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    always: kept,
  },
];
