import path from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { sopskit } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

const configMap = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: $NS
data:
  key: value
`;

const kustomization = (
  name: string,
  folder: string,
  more = '',
): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 10m
  path: ./${folder}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
${more}`;

const files = {
  'clusters/test/one.yaml': kustomization('one', 'one'),
  'clusters/test/two.yaml': kustomization('two', 'two'),
  'one/all.yaml': `${configMap('a')}---\n${configMap('b')}`,
  'one/c.yaml': configMap('c'),
  'two/d.yaml': configMap('d'),
};
const names = ['a', 'b', 'c', 'd'];

/** Each verb, carried out on real controllers: every object keeps its uid, and ends with the owner it was meant for. */
describeE2e('restructure, verb by verb', ['kustomize'], (controlPlane, { kustomize }) => {
  const scenes: FluxScene[] = [];
  afterEach(() => {
    expect(scenes.length).toBeGreaterThan(0);
  });
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  async function start(own: Readonly<Record<string, string>> = {}): Promise<FluxScene> {
    const all = { ...files, ...own };
    const scene = await startScene(controlPlane, { name: 'verbs', files: all });
    scenes.push(scene);
    const head = scene.git('rev-parse', 'HEAD').trim();
    for (const name of ['one', 'two']) await scene.ready(name, head);
    return scene;
  }

  const uids = (scene: FluxScene) => Promise.all(names.map((name) => scene.uid('configmaps', name)));

  async function owners(scene: FluxScene): Promise<readonly string[]> {
    const all = await Promise.all(names.map((name) => controlPlane.get('configmaps', scene.namespace, name)));
    return all.map((object) => object?.metadata.labels['kustomize.toolkit.fluxcd.io/name']);
  }

  async function apply(scene: FluxScene, ...argv: readonly string[]): Promise<void> {
    const before = await uids(scene);
    const ran = await sopskit(scene, ['restructure', ...argv, '--apply', '--yes'], { tools: [kustomize] });
    expect(ran.status, ran.stdout + ran.stderr).toBe(0);
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('status', '--porcelain')).toBe('');
  }

  it('move of a file and a document: the old one rests meanwhile, and prunes again', async () => {
    const scene = await start();
    await apply(scene, 'move', 'one/c.yaml', 'ConfigMap/b', '--from', 'one', '--to', 'two');
    expect(await owners(scene)).toEqual(['one', 'two', 'two', 'two']);
    const { spec } = (await scene.kustomization('one')) ?? {};
    expect(spec.suspend ?? false).toBe(false);
    await scene.reconcile(scene.push({ 'one/extra.yaml': configMap('extra') }), ['flux-system', 'one']);
    await scene.reconcile(scene.push({ 'one/extra.yaml': null }), ['flux-system', 'one']);
    expect(await scene.uid('configmaps', 'extra')).toBeNull();
  });

  it('move to one that waits for the old one: by commits alone', async () => {
    const scene = await start({
      'clusters/test/two.yaml': kustomization('two', 'two', '  dependsOn:\n    - name: one\n'),
    });
    await apply(scene, 'move', 'one/c.yaml', '--to', 'two');
    expect(await owners(scene)).toEqual(['one', 'one', 'two', 'two']);
    expect((await scene.kustomization('one'))?.spec.prune).toBe(true);
  });

  it('rename of a Kustomization', async () => {
    const scene = await start({
      'clusters/test/two.yaml': kustomization('two', 'two', '  dependsOn:\n    - name: one\n'),
    });
    await apply(scene, 'rename', 'one', 'first');
    expect(await owners(scene)).toEqual(['first', 'first', 'first', 'two']);
    expect(await scene.kustomization('one')).toBeNull();
    expect((await scene.kustomization('two'))?.spec.dependsOn).toEqual([{ name: 'first' }]);
  });

  it('another path for a Kustomization, nested in the old one', async () => {
    const scene = await start();
    await apply(scene, 'move', 'one', '--to-path', 'one/nested');
    expect((await scene.kustomization('one'))?.spec.path).toBe('./one/nested');
    expect(await owners(scene)).toEqual(['one', 'one', 'one', 'two']);
  });

  it('rename of an object: the new one is there before the old one goes', async () => {
    const scene = await start();
    const others = await Promise.all(['b', 'c', 'd'].map((name) => scene.uid('configmaps', name)));
    const argv = ['restructure', 'rename', 'ConfigMap/a', 'aa', '--apply', '--yes'];
    const ran = await sopskit(scene, argv, { tools: [path.resolve(kustomize)] });
    expect(ran.status, ran.stdout + ran.stderr).toBe(0);
    expect(await scene.uid('configmaps', 'a')).toBeNull();
    expect(await scene.uid('configmaps', 'aa')).not.toBeNull();
    expect(await Promise.all(['b', 'c', 'd'].map((name) => scene.uid('configmaps', name)))).toEqual(others);
  });
});
