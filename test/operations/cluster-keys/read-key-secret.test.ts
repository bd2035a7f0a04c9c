import { describe, expect, it } from 'vitest';
import { leavesEntries } from '../../../src/operations/cluster-keys/keeper.ts';
import { keySecretOf, readKeySecret } from '../../../src/operations/cluster-keys/read-key-secret.ts';
import { ageVectors } from '../../keys/age/age-vectors.ts';
import { tree } from '../flux-doctor/made-reading.ts';
import { fakeCluster } from './fake-cluster.ts';

const { x25519 } = ageVectors;
const encoded = Buffer.from(x25519.identity).toString('base64');
const base = { apiVersion: 'v1', kind: 'Secret', data: { 'age.agekey': encoded } };

async function keeper(metadata: object): Promise<string | null> {
  const manifest = { ...base, metadata: { name: 'sops-age', namespace: 'ns', ...metadata } };
  return (await keySecretOf(tree(manifest), null)).keeper;
}

it('is read with what is needed to change it', async () => {
  const metadata = {
    ...{ name: 'sops-age', namespace: 'ns', uid: 'u', resourceVersion: '7' },
    managedFields: [
      { manager: 'sopskit', operation: 'Apply', fieldsV1: { 'f:data': { 'f:age.agekey': {} } } },
      { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:data': { 'f:age.agekey': {}, 'f:b': {} } } },
    ],
  };
  const object = { ...base, metadata, immutable: true, data: { 'age.agekey': encoded, b: '' } };
  const found = await readKeySecret(
    fakeCluster({ objects: [object] }),
    { namespace: 'ns', name: 'sops-age' },
    null,
  );
  expect(found).toMatchObject({
    ...{ ref: { namespace: 'ns', name: 'sops-age' }, uid: 'u', resourceVersion: '7' },
    ...{ immutable: true, keeper: null, leaked: false },
  });
  expect(found?.entries.map(({ name, holds }) => [name, holds.map(({ recipient }) => recipient)])).toEqual([
    ['age.agekey', [x25519.recipient]],
    ['b', []],
  ]);
  expect([...(found?.managers ?? [])]).toEqual([
    ['age.agekey', ['sopskit', 'kubectl']],
    ['b', ['kubectl']],
  ]);
});

it('is null where there is none', async () => {
  expect(await readKeySecret(fakeCluster(), { namespace: 'ns', name: 'sops-age' }, null)).toBeNull();
});

it('may have nothing in it', async () => {
  const found = await keySecretOf(tree({ metadata: { name: 'a', namespace: 'ns' } }), null);
  expect(found).toMatchObject({ entries: [], immutable: false });
});

describe('who keeps a Secret', () => {
  it.each<[string | null, object]>([
    [null, {}],
    [null, { labels: { 'app.kubernetes.io/managed-by': 'sopskit' } }],
    [
      'Kustomization apps/keys',
      {
        labels: {
          'kustomize.toolkit.fluxcd.io/name': 'keys',
          'kustomize.toolkit.fluxcd.io/namespace': 'apps',
        },
      },
    ],
    [
      null,
      {
        labels: {
          'kustomize.toolkit.fluxcd.io/name': 'keys',
          'kustomize.toolkit.fluxcd.io/namespace': 'apps',
        },
        annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' },
      },
    ],
    [
      'HelmRelease apps/keys',
      { labels: { 'helm.toolkit.fluxcd.io/name': 'keys', 'helm.toolkit.fluxcd.io/namespace': 'apps' } },
    ],
    [
      'Helm release apps/keys',
      {
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'keys', 'meta.helm.sh/release-namespace': 'apps' },
      },
    ],
    [null, { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    [
      'ExternalSecret ns/keys',
      { ownerReferences: [{ kind: 'ExternalSecret', name: 'keys', controller: true }] },
    ],
    [
      'SealedSecret ns/keys',
      {
        ownerReferences: [
          { kind: 'Other', name: 'x' },
          { kind: 'SealedSecret', name: 'keys', controller: true },
        ],
      },
    ],
    ['SopsSecret ns/keys', { ownerReferences: [{ kind: 'SopsSecret', name: 'keys' }] }],
    [
      'Argo CD application keys',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'keys:/Secret:ns/sops-age' } },
    ],
    ['Argo CD application keys', { labels: { 'argocd.argoproj.io/instance': 'keys' } }],
    [
      'Secret a/b (copied by the reflector)',
      { annotations: { 'reflector.v1.k8s.emberstack.com/reflects': 'a/b' } },
    ],
    [
      'Secret a/b (copied by the replicator)',
      { annotations: { 'replicator.v1.mittwald.de/replicate-from': 'a/b' } },
    ],
    ['an ExternalSecret', { labels: { 'reconcile.external-secrets.io/managed': 'true' } }],
    [
      'ResourceSet apps/keys',
      {
        labels: {
          'resourceset.fluxcd.controlplane.io/name': 'keys',
          'resourceset.fluxcd.controlplane.io/namespace': 'apps',
        },
      },
    ],
    [
      'Bundle fleet/keys',
      {
        annotations: {
          'objectset.rio.cattle.io/owner-gvk': 'fleet.cattle.io/v1, Kind=Bundle',
          'objectset.rio.cattle.io/owner-name': 'keys',
          'objectset.rio.cattle.io/owner-namespace': 'fleet',
        },
      },
    ],
  ])('%s', async (expected, metadata) => {
    expect(await keeper(metadata)).toBe(expected);
  });
});

it('tells apart who leaves an entry of others', () => {
  const flux = { 'kustomize.toolkit.fluxcd.io/name': 'keys', 'kustomize.toolkit.fluxcd.io/namespace': 'a' };
  const owner = { kind: 'ExternalSecret', name: 'keys', controller: true };
  const leaves = (metadata: object) => leavesEntries(tree({ ...base, metadata }));
  expect(leaves({ labels: flux })).toBe(true);
  expect(leaves({ labels: flux, ownerReferences: [owner] })).toBe(false);
  expect(leaves({ labels: { ...flux, 'reconcile.external-secrets.io/managed': 'true' } })).toBe(false);
  expect(leaves({ labels: { 'helm.toolkit.fluxcd.io/name': 'keys' } })).toBe(false);
  expect(leaves({})).toBe(false);
});

describe('keys in last-applied-configuration', () => {
  it.each([
    ['of data', JSON.stringify(base), true],
    ['of stringData', JSON.stringify({ stringData: { a: 'b' } }), true],
    ['of nothing', JSON.stringify({ kind: 'Secret', data: {} }), false],
    ['in what cannot be read', '{"data":', true],
    ['in null', 'null', false],
  ])('%s', async (_what, text, leaked) => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text };
    const metadata = { name: 'a', namespace: 'ns', annotations };
    expect((await keySecretOf(tree({ ...base, metadata }), null)).leaked).toBe(leaked);
  });
});
