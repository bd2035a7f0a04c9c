import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  type Restructuring,
} from './restructuring.ts';

const [x, z] = [idOfConfigMap('x'), idOfConfigMap('z')];
/** `a` holds x and y, `b` holds z. */
const both = {
  'clusters/test/a.yaml': kustomization('a'),
  'clusters/test/b.yaml': kustomization('b'),
  'a/x.yaml': configMap('x'),
  'a/y.yaml': configMap('y'),
  'b/z.yaml': configMap('z'),
};
const move = { 'a/x.yaml': null, 'b/x.yaml': configMap('x') };
const kept = { kept: [z, idOfConfigMap('y'), idOfKustomization('a'), idOfKustomization('b')] };

/** Objects that go from one Kustomization to another. */
export const ofMoves: readonly Restructuring[] = [
  { name: 'move an object between two live Kustomizations', base: both, head: move, always: kept },
  {
    name: 'move an object to a new Kustomization',
    base: both,
    head: { 'a/x.yaml': null, 'clusters/test/new.yaml': kustomization('new'), 'new/x.yaml': configMap('x') },
    always: kept,
  },
  {
    name: 'move an object from the parent to a child',
    base: { ...both, 'clusters/test/p.yaml': configMap('p') },
    head: { 'clusters/test/p.yaml': null, 'b/p.yaml': configMap('p') },
    always: kept,
  },
  {
    name: 'move an object from a child to its parent',
    base: both,
    head: { 'a/x.yaml': null, 'clusters/test/x.yaml': configMap('x') },
    always: kept,
  },
  {
    name: 'move an object to a Kustomization that depends on the old one',
    base: { ...both, 'clusters/test/b.yaml': kustomization('b', { spec: 'dependsOn: [{name: a}]' }) },
    head: move,
    always: { ...kept, deleted: [x] },
  },
  {
    name: 'move an object from a Kustomization that depends on the new one',
    base: { ...both, 'clusters/test/a.yaml': kustomization('a', { spec: 'dependsOn: [{name: b}]' }) },
    head: move,
    always: { kept: [x, ...kept.kept] },
  },
  {
    name: 'move an object from a Kustomization that does not prune',
    base: { ...both, 'clusters/test/a.yaml': kustomization('a', { prune: false }) },
    head: move,
    always: { kept: [x, ...kept.kept] },
  },
  {
    name: 'move an object with prune: disabled',
    base: { ...both, 'a/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    head: { 'a/x.yaml': null, 'b/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    always: { kept: [x, ...kept.kept] },
  },
  {
    name: 'move an object with prune: disabled to a Kustomization that waits for ever',
    base: { ...both, 'a/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    head: {
      'a/x.yaml': null,
      'clusters/test/new.yaml': kustomization('new', { spec: 'dependsOn: [{name: nowhere}]' }),
      'new/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }),
    },
    always: { kept: [x, ...kept.kept] },
  },
  {
    name: 'move an object with ssa: IfNotPresent',
    base: { ...both, 'a/x.yaml': configMap('x', { annotations: { ssa: 'IfNotPresent' } }) },
    head: { 'a/x.yaml': null, 'b/x.yaml': configMap('x', { annotations: { ssa: 'IfNotPresent' } }) },
    always: { ...kept, deleted: [x] },
  },
  {
    name: 'copy an object to another Kustomization',
    base: both,
    head: { 'b/x.yaml': configMap('x') },
    always: { kept: [x, ...kept.kept] },
  },
  {
    name: 'take one of two copies of an object away',
    base: { ...both, 'b/x.yaml': configMap('x') },
    head: { 'a/x.yaml': null },
    always: kept,
  },
  {
    name: 'remove an object',
    base: both,
    head: { 'a/x.yaml': null },
    always: { ...kept, deleted: [x] },
  },
  {
    name: 'remove an object with prune: disabled',
    base: { ...both, 'a/x.yaml': configMap('x', { annotations: { prune: 'disabled' } }) },
    head: { 'a/x.yaml': null },
    always: { kept: [x, ...kept.kept] },
  },
];
