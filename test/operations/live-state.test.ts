import { expect, it } from 'vitest';
import { liveKustomization } from '../../src/operations/live-state.ts';
import { tree } from './flux-doctor/made-reading.ts';

function suspendedBy(...managers: readonly string[]): string | undefined {
  const manifest = tree({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: {
      name: 'a',
      namespace: 'ns',
      managedFields: [
        { manager: 'kustomize-controller', fieldsV1: { 'f:spec': { 'f:path': {} } } },
        ...managers.map((manager) => ({ manager, fieldsV1: { 'f:spec': { 'f:suspend': {} } } })),
      ],
    },
    spec: {
      interval: '1m',
      path: './a',
      prune: true,
      suspend: true,
      sourceRef: { kind: 'GitRepository', name: 's' },
    },
  });
  return liveKustomization(manifest)?.suspension;
}

it('tells a suspension that the parent reverts from one that holds', () => {
  expect(suspendedBy('flux-client-side-apply')).toBe('held');
  expect(suspendedBy('flux')).toBe('held');
  expect(suspendedBy('kubectl-patch')).toBe('reverted');
  expect(suspendedBy('kubectl-edit', 'before-first-apply')).toBe('reverted');
  expect(suspendedBy()).toBe('reverted');
  expect(suspendedBy('kustomize-controller')).toBe('git');
  expect(suspendedBy('kustomize-controller', 'flux')).toBe('held');
});
