import { type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

const program = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

const configMap = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: $NS
data:
  key: value
`;

const release = (name: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 30m
  chart:
    spec:
      chart: ${name}
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: ${name}
`;

interface Answer {
  readonly status: number | null;
  readonly output: string;
}

/** The built command line, as a user of the scene's working copy runs it. */
function sopskit(scene: FluxScene, ...args: readonly string[]): Promise<Answer> {
  const options: SpawnOptions = { cwd: scene.folder, env: scene.env, stdio: ['ignore', 'pipe', 'pipe'] };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], options);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** What happened to the author of the story, done with sopskit: in order, each on what the one before left. */
describeE2e('the story', ['kustomize'], (controlPlane) => {
  let scene: FluxScene;
  const uids = (...names: readonly string[]) =>
    Promise.all(names.map((name) => scene.uid('configmaps', name)));
  const head = () => scene.git('rev-parse', 'HEAD').trim();

  beforeAll(async () => {
    scene = await startScene(controlPlane, {
      name: 'story',
      path: 'manifests',
      files: { 'manifests/README.md': 'What the cluster runs.\n' },
    });
  });
  afterAll(() => scene?.remove());

  it('adds a demo app, is told what its removal deletes, and removes it', async () => {
    await scene.reconcile(scene.push({ 'manifests/demo/demo.yaml': configMap('demo') }, 'a demo'));
    expect(await scene.uid('configmaps', 'demo')).not.toBeNull();

    scene.write({ 'manifests/demo': null });
    const plan = await sopskit(scene, 'flux', 'plan');
    expect(plan.output).toMatch(/demo/);
    expect(plan.output).toMatch(/delete/i);
    expect(plan.status).toBe(1);

    await scene.reconcile(scene.push({}, 'without the demo'));
    expect(await scene.uid('configmaps', 'demo')).toBeNull();
  });

  it('moves the sync path, and nothing is deleted', async () => {
    await scene.reconcile(scene.push({ 'manifests/settings.yaml': configMap('settings') }, 'settings'));
    const before = await uids('settings');

    const moved = await sopskit(
      ...([scene, 'restructure', 'move', 'flux-system', '--to-path', 'clusters/home'] as const),
      ...['--apply', '--yes'],
    );
    expect(moved.output).toContain('clusters/home');
    expect(moved.status).toBe(0);

    expect((await scene.kustomization('flux-system')).spec.path).toMatch(/clusters\/home$/);
    await scene.ready('flux-system', head());
    expect(await uids('settings')).toEqual(before);
    expect(scene.git('ls-files', 'manifests')).not.toContain('gotk-sync.yaml');
  });

  it('puts a Kustomization over the infrastructure', async () => {
    scene.push(
      {
        'infrastructure/cilium/cilium.yaml': configMap('cilium'),
        'infrastructure/cilium/release.yaml': release('cilium'),
        'infrastructure/certs/certs.yaml': configMap('certs'),
      },
      'infrastructure, not applied yet',
    );
    const added = await sopskit(scene, 'restructure', 'add', 'infrastructure', '--apply', '--yes');
    expect(added.output).toContain('infrastructure');
    expect(added.status).toBe(0);
    await scene.ready('infrastructure', head());
    expect(await uids('cilium', 'certs')).not.toContain(null);
  });

  it('is warned of the split in one commit that deleted the network', async () => {
    const name =
      scene.git('grep', '-l', 'name: infrastructure', '--', 'clusters').trim().split('\n')[0] ?? '';
    const old = scene.git('show', `HEAD:${name}`);
    const only = (part: string): string =>
      old
        .replaceAll('name: infrastructure', `name: ${part}`)
        .replace(/path: .*infrastructure/, `path: ./infrastructure/${part}`);
    scene.write({
      [name]: null,
      'clusters/home/cilium.yaml': only('cilium'),
      'clusters/home/certs.yaml': only('certs'),
    });
    const plan = await sopskit(scene, 'flux', 'plan');
    expect(plan.output).toMatch(/HelmRelease \S*\/?cilium/);
    expect(plan.output).toContain('infrastructure');
    expect(plan.output).toContain('restructure split');
    expect(plan.status).toBe(1);
    scene.git('checkout', '-q', '--', '.');
    scene.git('clean', '-qfd');
  });

  it('splits it without a deletion', async () => {
    const before = await uids('cilium', 'certs');
    const network = await scene.uid('helmreleases', 'cilium');
    const split = await sopskit(
      ...([scene, 'restructure', 'split', 'infrastructure', 'cilium', 'certs', '--in-order'] as const),
      ...['--apply', '--yes'],
    );
    expect(split.output).toContain('certs');
    expect(split.status).toBe(0);
    expect(await scene.kustomization('infrastructure')).toBeNull();
    expect(await uids('cilium', 'certs')).toEqual(before);
    expect(await scene.uid('helmreleases', 'cilium')).toBe(network);
    expect((await scene.kustomization('cilium')).spec.prune).toBe(true);
  });

  it('has a policy wait for the release', async () => {
    scene.push({ 'policies/policy.yaml': configMap('policy') }, 'a policy, not applied yet');
    const running = sopskit(
      ...([
        scene,
        'restructure',
        'add',
        'policies',
        '--after',
        `HelmRelease/${scene.namespace}/cilium`,
      ] as const),
      ...['--apply', '--yes'],
    );
    await controlPlane.waitFor('the new Kustomization', () => scene.kustomization('policies'));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await scene.uid('configmaps', 'policy')).toBeNull();

    const { metadata } = await controlPlane.get('helmreleases', scene.namespace, 'cilium');
    const condition = {
      ...{ type: 'Ready', status: 'True', reason: 'InstallSucceeded', message: 'installed' },
      ...{ lastTransitionTime: new Date().toISOString(), observedGeneration: metadata.generation },
    };
    const status = { observedGeneration: metadata.generation, conditions: [condition] };
    await controlPlane.patch(
      'helmreleases',
      scene.namespace,
      'cilium',
      { status },
      { subresource: 'status' },
    );
    const answer = await running;
    expect(answer.output).toContain('policies');
    expect(answer.status).toBe(0);
    expect(await scene.uid('configmaps', 'policy')).not.toBeNull();
  });
});
