import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { ObjectChange } from '../../src/flux/plan/plan.ts';
import type { JsonPlan } from '../../src/flux/plan/print-json.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: $NS\n`;
}

function kustomization(name: string): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 10m
  path: ./${name}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
`;
}

describeE2e('flux plan --live', ['kustomize'], (controlPlane, { kustomize }) => {
  const scenes: FluxScene[] = [];
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  function plan(scene: FluxScene, ...args: readonly string[]) {
    const tools = `${path.dirname(kustomize)}${path.delimiter}${process.env['PATH'] ?? ''}`;
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'flux', 'plan', '--json', ...args], {
      cwd: scene.folder,
      env: { ...scene.env, PATH: tools },
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(`${status}: ${stderr}`);
    const { answer, clusters } = JSON.parse(stdout) as JsonPlan;
    const objects = clusters.flatMap((cluster) => cluster.objects);
    const id = `${scene.namespace}_moved__ConfigMap`;
    return { status, answer, clusters, moved: objects.find((one): one is ObjectChange => one.id === id) };
  }

  it('takes from the cluster who is suspended, who owns what, and what is held', async () => {
    const scene = await startScene(controlPlane, {
      name: 'plan-live',
      files: {
        'clusters/test/a.yaml': kustomization('a'),
        'clusters/test/b.yaml': kustomization('b'),
        'a/moved.yaml': configMap('moved'),
        'a/stays.yaml': configMap('stays'),
        'b/other.yaml': configMap('other'),
      },
    });
    scenes.push(scene);
    const first = scene.git('rev-parse', 'HEAD').trim();
    await scene.ready('a', first);
    await scene.ready('b', first);

    // the move, while both run
    const move = { 'a/moved.yaml': null, 'b/moved.yaml': configMap('moved') };
    scene.write(move);
    expect(plan(scene)).toMatchObject({ status: 1, moved: { kind: 'moved', risk: 'possible' } });
    expect(plan(scene, '--live')).toMatchObject({ status: 1, moved: { kind: 'moved', risk: 'possible' } });

    // while the old owner is suspended by hand
    await scene.suspend('a');
    expect(plan(scene, '--live')).toMatchObject({ status: 0, answer: 'safe' });
    expect(plan(scene)).toMatchObject({ status: 1 });

    // once the new one has it: the old one still has it in its inventory, and its labels name another
    const uid = await scene.uid('configmaps', 'moved');
    const second = scene.push(move);
    await scene.reconcile(second, ['flux-system', 'b']);
    await scene.suspend('a', false);
    await scene.ready('a', second);
    expect(await scene.uid('configmaps', 'moved')).toBe(uid);

    // what an inventory has and the repository has not
    await scene.suspend('b');
    scene.push({ 'b/other.yaml': null });
    const held = plan(scene, '--live');
    expect(held.clusters[0]?.objects).toEqual([]); // suspended: it does nothing yet
    expect([held.answer, JSON.stringify(held.clusters[0]?.unknowns)]).toEqual([
      'unknown',
      expect.stringMatching(/suspended by hand: when it is resumed, it deletes ConfigMap [^ ]*other/),
    ]);
    scene.write({
      'clusters/test/b.yaml': kustomization('b').replace('prune: true', 'prune: true\n  suspend: false'),
    });
    const resumed = plan(scene, '--live');
    expect(resumed.status).toBe(1);
    expect(resumed.clusters[0]?.objects).toMatchObject([
      { kind: expect.any(String) },
      { id: `${scene.namespace}_other__ConfigMap`, kind: 'deleted', from: [`${scene.namespace}/b`] },
    ]);
  });

  it('does not take for held what kubectl suspended: the parent takes that off, and then it prunes', async () => {
    const scene = await startScene(controlPlane, {
      name: 'plan-kubectl',
      files: {
        'clusters/test/a.yaml': kustomization('a'),
        'a/goes.yaml': configMap('goes'),
        'a/stays.yaml': configMap('stays'),
      },
    });
    scenes.push(scene);
    await scene.ready('a', scene.git('rev-parse', 'HEAD').trim());
    const suspend = '{"spec":{"suspend":true}}';
    controlPlane.kubectl('patch', 'kustomization', 'a', '-n', scene.namespace, '--type=merge', '-p', suspend);
    scene.write({ 'a/goes.yaml': null });
    const told = plan(scene, '--live');
    expect(told.status).toBe(1);
    expect(told.clusters[0]?.objects).toMatchObject([
      { id: `${scene.namespace}_goes__ConfigMap`, kind: 'deleted' },
    ]);
    // and so it comes
    const after = scene.push({ 'a/goes.yaml': null });
    await scene.reconcile(after);
    await scene.ready('a', after);
    expect(await scene.uid('configmaps', 'goes')).toBeNull();
  });
});
