import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/connect.ts';
import type { RepositoryModel } from '../../src/flux/model/model.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { generateIdentity } from '../../src/index.ts';
import { bindCluster } from '../../src/operations/cluster-keys/bind-cluster.ts';
import { findController } from '../../src/operations/cluster-keys/find-controller.ts';
import { readKeySecret } from '../../src/operations/cluster-keys/read-key-secret.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

describeE2e('a repository and a live cluster', ['kustomize'], (controlPlane, tools) => {
  let scene: FluxScene;
  let admin: Cluster;
  let guest: Cluster;

  beforeAll(async () => {
    scene = await startScene(controlPlane, {
      name: 'bind',
      path: 'clusters/staging',
      files: {
        'clusters/staging/one.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: $NS}\n',
      },
    });
    // another cluster of the repository, with the same names
    const other = scene.syncManifest().replaceAll('clusters/staging', 'clusters/production');
    scene.push({ 'clusters/production/flux-system/gotk-sync.yaml': other });
    const connection = { kubeconfig: controlPlane.kubeconfig, asUser: null, asGroups: [] };
    admin = await connect(nodeSystem(), { ...connection, context: 'admin' });
    guest = await connect(nodeSystem(), { ...connection, context: 'guest' });
  });
  afterAll(async () => {
    await scene?.remove();
  });

  async function model(): Promise<RepositoryModel> {
    const { PATH: _, ...env } = scene.env;
    const workspace = await openWorkspace(realSystem(env, [tools.kustomize]), {
      ...{ folder: scene.folder, paths: [], clusters: [], remoteBases: false },
    });
    try {
      return await workspace.model(await workspace.snapshot('HEAD'));
    } finally {
      await workspace.close();
    }
  }

  it('are brought together by the entry', async () => {
    const repository = await model();
    expect(repository.clusters.map(({ name }) => name)).toEqual(['clusters/production', 'clusters/staging']);
    const bound = await bindCluster(admin, repository, []);
    expect(bound).toMatchObject({ model: { name: 'clusters/staging' }, by: 'live' });
    expect([...bound.live.keys()]).toContain(`${scene.namespace}/flux-system`);
    expect(await bindCluster(admin, repository, ['staging'])).toMatchObject({ by: 'live' });
    await expect(bindCluster(admin, repository, ['production'])).rejects.toMatchObject({
      code: 'cluster-key.refused',
      message: expect.stringMatching(
        /admin is another cluster than clusters\/production: .*clusters\/staging/,
      ),
    });
  });

  it('are not, where the cluster takes its files from elsewhere', async () => {
    const repository = await model();
    const clusters = repository.clusters.map((cluster) => ({
      ...cluster,
      sources: new Map(
        [...cluster.sources].map(([key, source]) => [
          key,
          { ...source, manifest: elsewhere(source.manifest) },
        ]),
      ),
    }));
    await expect(bindCluster(admin, { ...repository, clusters }, [])).rejects.toMatchObject({
      code: 'cluster-key.refused',
      message: expect.stringContaining(`applies clusters/staging of ${scene.url}`),
    });
  });

  it('are not, where nothing may be read', async () => {
    await expect(bindCluster(guest, await model(), [])).rejects.toMatchObject({ code: 'cluster.denied' });
    expect(await findController(guest)).toBeNull();
    await expect(
      readKeySecret(guest, { namespace: scene.namespace, name: 'sops-age' }, null),
    ).rejects.toMatchObject({
      code: 'cluster.denied',
      message: expect.stringContaining('get secrets sops-age'),
    });
  });

  it('share a Secret, which is read as it is', async () => {
    const { keyFile, recipient } = await generateIdentity();
    const ref = { namespace: scene.namespace, name: 'sops-age' };
    expect(await readKeySecret(admin, ref, null)).toBeNull();
    const data = { 'age.agekey': Buffer.from(keyFile).toString('base64') };
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: ref, data };
    controlPlane.apply(JSON.stringify(manifest), 'somebody');
    const read = await readKeySecret(admin, ref, null);
    expect(read).toMatchObject({ ref, immutable: false, keeper: null, leaked: false });
    expect(read?.entries).toMatchObject([
      { name: 'age.agekey', use: 'age', problem: null, holds: [{ recipient }] },
    ]);
    expect(read?.managers.get('age.agekey')).toEqual(['somebody']);
    expect(read?.uid).toBe(await scene.uid('secrets', 'sops-age'));
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest),
    };
    await controlPlane.patch('secrets', ref.namespace, ref.name, {
      metadata: { annotations },
      immutable: true,
    });
    expect(await readKeySecret(admin, ref, null)).toMatchObject({ immutable: true, leaked: true });
  });

  it('know a Secret that Flux keeps', async () => {
    const commit = scene.push({
      'clusters/staging/key.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: kept, namespace: $NS}\n',
    });
    await scene.reconcile(commit);
    const kept = await readKeySecret(admin, { namespace: scene.namespace, name: 'kept' }, null);
    expect(kept?.keeper).toBe(`Kustomization ${scene.namespace}/flux-system`);
  });
});

/** A manifest of a source with another address. */
function elsewhere<T>(manifest: T): T {
  const text = JSON.stringify(manifest).replaceAll(/http:\/\/[^"]+/g, 'https://github.com/example/other');
  return JSON.parse(text);
}
