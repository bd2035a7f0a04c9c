import { afterAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { installKey, passwordOf, type RotateScene, secretOf, startRotateScene } from './rotate-scene.ts';
import { kubeconfigOf, readyAt, type SecondCluster, syncOf } from './second-cluster.ts';

describeE2e('keys rotate over several clusters', [], (controlPlane) => {
  let other: ControlPlane | null = null;
  const scenes: RotateScene[] = [];
  afterAll(async () => {
    for (const { flux } of scenes) await flux.remove();
    await other?.stop();
  });

  /** One key for two clusters, whose Kustomization `apps` decrypts the same file. */
  async function twoClusters() {
    other ??= await startControlPlane({ kustomizeFlags: ['--sops-age-secret=sops-age'] });
    const scene = await startRotateScene(controlPlane, [{ name: 'apps', namespace: '$NS' }], {
      path: 'clusters/first',
    });
    scenes.push(scene);
    const second: SecondCluster = {
      controlPlane: other,
      namespace: await other.createNamespace('rotate'),
      path: 'clusters/second',
    };
    const part = { name: 'more', namespace: second.namespace };
    installKey(other, [part], scene.file('../home/.config/sops/age/keys.txt'));
    scene.flux.write({
      'clusters/second/flux-system/gotk-sync.yaml': syncOf(second, scene.flux),
      'clusters/second/more.yaml': scene
        .file('clusters/first/apps.yaml')
        .replaceAll(scene.flux.namespace, second.namespace)
        .replaceAll('apps', 'more'),
      'more/secret.yaml': secretOf(part),
    });
    const sealed = await scene.run(['encrypt', '-i', 'more/secret.yaml']);
    expect(sealed.status, sealed.stderr).toBe(0);
    const commit = scene.flux.push({}, 'a second cluster');
    other.apply(syncOf(second, scene.flux), 'kustomize-controller');
    await readyAt(other, second.namespace, 'more', commit);
    const kubeconfig = kubeconfigOf(scene.flux, { first: controlPlane, second: other });
    const entries = async () => {
      const secret = await second.controlPlane.get('secrets', second.namespace, 'sops-age');
      return Object.keys(secret.data).length;
    };
    const password = async () => {
      const secret = await second.controlPlane.get('secrets', second.namespace, 'more-db');
      return Buffer.from(secret.data.password, 'base64').toString();
    };
    return { scene, second, env: { KUBECONFIG: kubeconfig }, entries, password };
  }

  it('puts the new key into each before it re-keys', { timeout: 180_000 }, async () => {
    const { scene, second, env, entries, password } = await twoClusters();
    const [part] = scene.parts;
    if (part === undefined) throw new Error('no part');
    const before = scene.head();

    const one = await scene.rotate(['--push', '--context', 'first'], { env });
    expect(one.status).toBe(1);
    expect(one.stderr).toContain('clusters/second');
    expect(one.stderr).toContain('--skip-cluster clusters/second');
    // nothing was begun
    expect([
      scene.recipients().length,
      scene.head(),
      (await scene.entries(part)).size,
      await entries(),
    ]).toEqual([1, before, 1, 1]);

    const ran = await scene.rotate(['--push', '--context', 'first', '--context', 'second'], { env });
    expect(ran.status, ran.stderr).toBe(0);
    expect([(await scene.entries(part)).size, await entries()]).toEqual([2, 2]);
    const live = await second.controlPlane.get('kustomizations', second.namespace, 'more');
    expect(live.status.lastAppliedRevision).toContain(scene.head());
    expect(await scene.applied(part)).toBe(scene.head());
    expect([await scene.password(part), await password()]).toEqual([passwordOf('apps'), passwordOf('more')]);
    for (const file of ['apps/secret.yaml', 'more/secret.yaml', '.sops.yaml'])
      expect(scene.file(file)).not.toContain(scene.old);
  });

  it('does without one that the user vouches for', { timeout: 180_000 }, async () => {
    const { scene, env, entries } = await twoClusters();
    const [part] = scene.parts;
    if (part === undefined) throw new Error('no part');
    const ran = await scene.rotate(['--push', '--context', 'first', '--skip-cluster', 'second'], { env });
    expect(ran.status, ran.stderr).toBe(0);
    expect([(await scene.entries(part)).size, await entries()]).toEqual([2, 1]);
  });

  it("counts the controller's own Secret", { timeout: 180_000 }, async () => {
    other ??= await startControlPlane({ kustomizeFlags: ['--sops-age-secret=sops-age'] });
    const scene = await startRotateScene(other, [{ name: 'apps', namespace: '$NS' }]);
    const [part] = scene.parts;
    if (part === undefined) throw new Error('no part');
    installKey(
      other,
      [{ name: 'own', namespace: 'flux-system' }],
      scene.file('../home/.config/sops/age/keys.txt'),
    );
    other.apply(controllerDeployment);
    const plain = scene.file('clusters/test/apps.yaml').replace(/ {4}secretRef:\n {6}name: sops-age\n/, '');
    const commit = scene.flux.push({ 'clusters/test/apps.yaml': plain });
    await scene.flux.reconcile(commit);
    await scene.ready(part, commit);
    await other.delete('secrets', scene.flux.namespace, 'sops-age');
    await scene.decrypts(part);

    const ran = await scene.rotate(['--push']);
    expect(ran.status, ran.stderr).toBe(0);
    const secret = await other.get('secrets', 'flux-system', 'sops-age');
    expect(Object.keys(secret.data)).toHaveLength(2);
    await scene.decrypts(part);
    expect(await scene.password(part)).toBe(passwordOf('apps'));
    expect(scene.file('apps/secret.yaml')).not.toContain(scene.old);
    await scene.flux.remove();
  });
});

/** As the bootstrap leaves it; nothing runs it here, but the processes of the control plane. */
const controllerDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kustomize-controller
  namespace: flux-system
  labels:
    app.kubernetes.io/part-of: flux
    app.kubernetes.io/component: kustomize-controller
    app.kubernetes.io/version: v2.9.4
spec:
  selector: { matchLabels: { app: kustomize-controller } }
  template:
    metadata: { labels: { app: kustomize-controller } }
    spec:
      containers:
        - name: manager
          image: ghcr.io/fluxcd/kustomize-controller:v1.9.6
          args: [--events-addr=, --watch-all-namespaces=true, --sops-age-secret=sops-age]
`;
