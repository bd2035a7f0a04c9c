import { expect, it } from 'vitest';
import { findController } from '../../../src/operations/cluster-keys/find-controller.ts';
import { fakeCluster } from './fake-cluster.ts';

interface Made {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: object;
  readonly image?: string;
  readonly args?: readonly string[];
}

const flux = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.4' };

function deployment({
  name = 'kustomize-controller',
  namespace = 'flux-system',
  labels = flux,
  image = 'ghcr.io/fluxcd/kustomize-controller:v1.9.6',
  args = ['--watch-all-namespaces=true'],
}: Made = {}): object {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'proxy', image: 'proxy:v0.1', args: ['--sops-age-secret=not-this'] },
            { name: 'manager', image, args },
          ],
        },
      },
    },
  };
}

it('is what flux install, the flux-operator and Helm make', async () => {
  expect(await findController(fakeCluster({ objects: [deployment()] }))).toEqual({
    ...{ namespace: 'flux-system', version: 'v2.9.4', readsHybrid: true, sopsAgeSecret: null },
  });
});

it.each([
  [['--sops-age-secret=sops-age'], 'sops-age'],
  [['--sops-age-secret', 'sops-age', '--x'], 'sops-age'],
  [['-sops-age-secret=sops-age'], 'sops-age'],
  [['--sops-age-secret=a', '--sops-age-secret=b'], 'b'],
  [['--sops-age-secret='], null],
  [['sops-age-secret=a'], null],
])('has a Secret of its own: %s', async (args, secret) => {
  const objects = [deployment({ namespace: 'flux', args })];
  const found = await findController(fakeCluster({ objects }));
  expect(found).toMatchObject({ namespace: 'flux', sopsAgeSecret: secret });
});

it.each<[string, string | undefined, boolean | null, string | null]>([
  ['ghcr.io/fluxcd/kustomize-controller:v1.9.0', 'v2.9.0', true, 'v2.9.0'],
  ['ghcr.io/fluxcd/kustomize-controller:v1.10.1', 'v2.10.0', true, 'v2.10.0'],
  ['ghcr.io/fluxcd/kustomize-controller:v1.8.3', 'v2.8.0', false, 'v2.8.0'],
  ['ghcr.io/fluxcd/kustomize-controller:v1.8.3@sha256:1234', undefined, false, null],
  ['registry.example.com:5000/kustomize-controller', '2.9.1', true, 'v2.9.1'],
  ['registry.example.com:5000/kustomize-controller@sha256:12', 'v2.8.1', false, 'v2.8.1'],
  ['kustomize-controller:latest', undefined, null, null],
  ['kustomize-controller:v2.0.0', 'main', true, null],
])('reads post-quantum keys: %s %s', async (image, label, readsHybrid, version) => {
  const labels = { ...flux, 'app.kubernetes.io/version': label };
  const found = await findController(fakeCluster({ objects: [deployment({ image, labels })] }));
  expect(found).toMatchObject({ readsHybrid, version });
});

it('is the main one of several', async () => {
  const component = { ...flux, 'app.kubernetes.io/component': 'kustomize-controller' };
  const objects = [
    deployment({ name: 'kustomize-controller-shard1', labels: component, args: ['--sops-age-secret=shard'] }),
    deployment({ namespace: 'other', args: ['--sops-age-secret=other'] }),
    deployment({ args: ['--sops-age-secret=main'] }),
    deployment({ name: 'source-controller' }),
  ];
  expect((await findController(fakeCluster({ objects })))?.sopsAgeSecret).toBe('main');
});

it('is found in its usual place where not all Deployments may be read, or its labels are others', async () => {
  const denied = fakeCluster({ objects: [deployment()], denied: ['list Deployment'] });
  expect((await findController(denied))?.version).toBe('v2.9.4');
  expect(await findController(fakeCluster({ objects: [deployment({ labels: {} })] }))).not.toBeNull();
});

it('is null where there is none, or it may not be read', async () => {
  expect(await findController(fakeCluster())).toBeNull();
  expect(await findController(fakeCluster({ objects: [deployment()], denied: ['Deployment'] }))).toBeNull();
});
