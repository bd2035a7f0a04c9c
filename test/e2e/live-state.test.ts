import { afterAll, expect, it } from 'vitest';
import { connect } from '../../src/cluster/connect.ts';
import { readLiveState } from '../../src/operations/live-state.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

describeE2e('live state', [], (controlPlane) => {
  const scenes: FluxScene[] = [];
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  it('reads all Kustomizations, and the objects asked for', async () => {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  namespace: $NS\n  finalizers: [example.com/held]\n`;
    const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: test:$NS\nrules: []\n`;
    const scene = await startScene(controlPlane, {
      files: { 'clusters/test/one.yaml': manifest, 'clusters/test/role.yaml': role },
      name: 'live',
    });
    scenes.push(scene);
    const connection = { kubeconfig: controlPlane.kubeconfig, context: null, asUser: null, asGroups: [] };
    const cluster = await connect(nodeSystem(), connection);
    const ns = scene.namespace;
    const [one, clusterRole, gone, unknown] = [
      `${ns}_one__ConfigMap`,
      `_test__${ns}_rbac.authorization.k8s.io_ClusterRole`,
      `${ns}_gone__ConfigMap`,
      `${ns}_x_example.com_Nope`,
    ];
    await controlPlane.delete('configmaps', ns, 'one');
    const state = await readLiveState(cluster, [one, clusterRole, gone, unknown]);
    const root = state.kustomizations.get(`${ns}/flux-system`);
    expect(root).toMatchObject({ ready: 'True', settled: true });
    expect(root?.lastAppliedRevision).toBe(`main@sha1:${scene.git('rev-parse', 'HEAD').trim()}`);
    expect(root?.inventory).toEqual(expect.arrayContaining([one, clusterRole]));
    expect(root?.kustomization.spec.path).toBe('clusters/test');
    expect(state.objects.get(one)).toMatchObject({
      terminating: true,
      uid: await scene.uid('configmaps', 'one'),
    });
    expect(state.objects.get(one)?.labels.get('kustomize.toolkit.fluxcd.io/name')).toBe('flux-system');
    expect(state.objects.get(clusterRole)?.terminating).toBe(false);
    expect([state.objects.get(gone), state.objects.get(unknown)]).toEqual([null, null]);
    await controlPlane.patch('configmaps', ns, 'one', { metadata: { finalizers: null } });

    const guest = await connect(nodeSystem(), { ...connection, context: 'guest' });
    await expect(readLiveState(guest, [])).rejects.toMatchObject({ code: 'cluster.denied' });
  });
});
