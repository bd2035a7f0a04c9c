import {
  configMap,
  idOfConfigMap,
  idOfKustomization,
  kustomization,
  type Restructuring,
} from './restructuring.ts';

const x = idOfConfigMap('x');
const apps = kustomization('apps');
const base = { 'clusters/test/apps.yaml': apps, 'apps/x.yaml': configMap('x') };
const sync = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: $NS
spec:
  interval: 10m
  ref:
    branch: main
  url: $URL
---
${kustomization('flux-system', { path: './clusters/new' })}`;
const always = { kept: [x, idOfKustomization('apps'), idOfKustomization('flux-system')] };

/** The entry's own path. */
export const ofSyncPaths: readonly Restructuring[] = [
  {
    name: 'move the sync path, and the old one is gone',
    base,
    head: {
      'clusters/test': null,
      'clusters/new/apps.yaml': apps,
      'clusters/new/flux-system/gotk-sync.yaml': sync,
    },
    always,
  },
  {
    name: 'move the sync path to a copy; the old one stays, and names the new',
    base,
    head: {
      'clusters/test/flux-system/gotk-sync.yaml': sync,
      'clusters/new/apps.yaml': apps,
      'clusters/new/flux-system/gotk-sync.yaml': sync,
    },
    always,
  },
];
