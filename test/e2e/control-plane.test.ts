import { afterAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

const configMap = (name: string, value: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: $NS
data:
  key: ${value}
`;

describeE2e('the control plane', [], (controlPlane) => {
  const scenes: FluxScene[] = [];
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  it('applies what is pushed, and prunes what is removed', async () => {
    const scene = await startScene(controlPlane, {
      files: { 'clusters/test/one.yaml': configMap('one', 'a') },
    });
    scenes.push(scene);
    const uid = await scene.uid('configmaps', 'one');
    expect(uid).not.toBeNull();
    expect(await scene.inventory('flux-system')).toContain(`${scene.namespace}_one__ConfigMap`);

    await scene.reconcile(scene.push({ 'clusters/test/one.yaml': configMap('one', 'b') }));
    expect(await scene.uid('configmaps', 'one')).toBe(uid);
    expect((await controlPlane.get('configmaps', scene.namespace, 'one'))?.data).toEqual({ key: 'b' });

    await scene.reconcile(scene.push({ 'clusters/test/one.yaml': null }));
    expect(await scene.uid('configmaps', 'one')).toBeNull();
  });

  it('has RBAC: a guest may do nothing', () => {
    expect(controlPlane.kubectl('version')).toContain('Server Version: v1.36.3');
    expect(() => controlPlane.kubectl('--context=guest', 'get', 'secrets')).toThrow('forbidden');
  });
});
