import { afterAll, expect, it } from 'vitest';
import type { Json } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { runDoctor } from './doctor-run.ts';
import { configMap, decryption, kustomization, run, Scenes, story } from './doctor-scene.ts';

describeE2e('flux doctor about one object', [], (controlPlane) => {
  const scenes = new Scenes(controlPlane);
  afterAll(() => scenes.remove());

  it('tells of the split that lost an object: who deleted it, in which revision, and why', async () => {
    const scene = await scenes.open({
      files: {
        'clusters/test/infrastructure.yaml': kustomization('infrastructure'),
        'infrastructure/network.yaml': configMap('network'),
      },
      name: 'split',
    });
    const ns = scene.namespace;
    const before = scene.git('rev-parse', 'HEAD').trim();
    await scene.ready('infrastructure', before);
    const owned = await story(scene, 'cm/network', '-n', ns);
    expect([owned.healthy, owned.live.owner, owned.answer]).toEqual([
      true,
      `${ns}/infrastructure`,
      [`Kustomization ${ns}/infrastructure owns it.`],
    ]);

    const after = scene.push({
      'clusters/test/infrastructure.yaml': null,
      'infrastructure/network.yaml': null,
      'clusters/test/cilium.yaml': kustomization('cilium'),
      'cilium/network.yaml': configMap('other'),
    });
    await scene.reconcile(after);
    await scene.ready('cilium', after);
    await controlPlane.waitFor(
      'the deletion',
      async () => (await scene.uid('configmaps', 'network')) === null,
    );

    const lost = await story(scene, 'configmap/network', '-n', ns);
    expect(lost).toMatchObject({
      healthy: false,
      live: null,
      deletion: {
        by: `Kustomization/${ns}/infrastructure`,
        revision: `main@sha1:${before}`,
        because: { by: `Kustomization/${ns}/flux-system`, revision: `main@sha1:${after}` },
      },
    });
    expect(lost.restore[0]).toContain(`git revert --no-edit ${after}`);
    const text = (await run(scene, 'configmap', 'network', '-n', ns)).output;
    expect(text).toContain('because it was itself deleted');

    // the namespace need not be named where the events know it
    expect((await story(scene, 'configmap/network')).object.namespace).toBe(ns);
  });

  it('tells of an object that left what its Kustomization builds', async () => {
    const scene = await scenes.open({
      files: { 'clusters/test/one.yaml': configMap('left'), 'clusters/test/two.yaml': configMap('two') },
      name: 'left',
    });
    const ns = scene.namespace;
    const after = scene.push({ 'clusters/test/one.yaml': null });
    await scene.reconcile(after);
    const lost = await story(scene, 'configmap/left', '-n', ns);
    expect(lost.deletion).toMatchObject({
      by: `Kustomization/${ns}/flux-system`,
      revision: `main@sha1:${after}`,
      because: null,
    });
    // the events are gone after an hour: the repository's history knows it, too
    for (const event of await controlPlane.list('events', ns))
      await controlPlane.delete('events', ns, event.metadata.name);
    const past = await story(scene, 'configmap/left', '-n', ns);
    expect(past.repository.removed).toMatchObject({ commit: after, from: [`${ns}/flux-system`] });
    expect(past.restore[0]).toContain(`git revert --no-edit ${after}`);
    // and what it says brings the object back
    scene.git('revert', '--no-edit', after);
    scene.git('push', '-q', 'origin', 'HEAD:main');
    await scene.reconcile(scene.git('rev-parse', 'HEAD').trim());
    expect((await story(scene, 'configmap/left', '-n', ns)).live.owner).toBe(`${ns}/flux-system`);

    await controlPlane.delete('configmaps', ns, 'two');
    const drifted = await story(scene, 'configmap/two', '-n', ns);
    expect(drifted.answer.join(' ')).toContain('no event of Flux says that it was deleted');
    expect(drifted.restore).toEqual([`flux reconcile kustomization flux-system -n ${ns} --with-source`]);
  });

  it('traces what fell with the CustomResourceDefinition of its kind', async () => {
    const kind = `Widget${Date.now() % 100_000}`;
    const plural = `${kind.toLowerCase()}s`;
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: ${kind}, listKind: ${kind}List, plural: ${plural}, singular: ${kind.toLowerCase()}}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
    const scene = await scenes.open({ files: { 'clusters/test/definition.yaml': definition }, name: 'fall' });
    const ns = scene.namespace;
    controlPlane.apply(
      `apiVersion: example.com/v1\nkind: ${kind}\nmetadata:\n  name: w\n  namespace: ${ns}\n`,
    );
    // the server lists a new API some time after it serves it
    await controlPlane.waitFor(
      'its place in the list of APIs',
      async () => (await run(scene, `${kind}/w`, '-n', ns)).status !== 2,
    );
    expect((await story(scene, `${kind}/w`, '-n', ns)).live).not.toBeNull();
    const after = scene.push({ 'clusters/test/definition.yaml': null });
    await scene.reconcile(after);
    await controlPlane.waitFor(
      'the end of the definition',
      async () => (await controlPlane.get('customresourcedefinitions', '', `${plural}.example.com`)) === null,
    );
    expect((await story(scene, `${kind}/w`, '-n', ns)).deletion).toMatchObject({
      through: `CustomResourceDefinition ${plural}.example.com`,
      by: `Kustomization/${ns}/flux-system`,
      revision: `main@sha1:${after}`,
    });
  });

  it('does with what a user may read, and says what that leaves out', async () => {
    const scene = await scenes.open({
      files: {
        'clusters/test/one.yaml': configMap('one'),
        'clusters/test/k.yaml': kustomization('k', decryption('ghost')),
        'k/two.yaml': configMap('two'),
      },
      name: 'narrow',
    });
    const ns = scene.namespace;
    await scene.notReady('k', '');
    controlPlane.apply(`apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: ${ns}}
rules:
- apiGroups: [source.toolkit.fluxcd.io, kustomize.toolkit.fluxcd.io, helm.toolkit.fluxcd.io]
  resources: ['*']
  verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: ${ns}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: guest}]
`);
    const narrow = JSON.parse((await run(scene, '--context', 'guest', '-n', ns, '--json')).output);
    expect(narrow.problems.map(({ object }: Json) => object.name)).toEqual(['k']);
    expect(narrow.problems[0].mend[0]).toContain(
      `sopskit keys install -n ${ns} --secret-name ghost --context guest`,
    );
    expect(narrow.unread.join(' ')).toMatch(/User guest may not list configmaps .*may not get secrets ghost/);
  });

  it('tells of what was deleted by hand, pushed by nobody, relabelled, deleted twice, or may not be read', async () => {
    const scene = await scenes.open({
      files: {
        'clusters/test/one.yaml': configMap('one'),
        'clusters/test/two.yaml': configMap('two'),
        'clusters/test/fail.yaml': kustomization('fail'),
        'fail/a.yaml': configMap('applied'),
        'fail/b.yaml': configMap('never', 'x', 'no-such-namespace'),
      },
      name: 'odd',
    });
    const ns = scene.namespace;
    const first = scene.git('rev-parse', 'HEAD').trim();
    await scene.ready('flux-system', first);

    // deleted by hand, and made anew by the next run
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await controlPlane.delete('configmaps', ns, 'one');
    const second = scene.push({ 'other.txt': 'x' });
    await scene.reconcile(second);
    expect((await story(scene, 'cm/one', '-n', ns)).answer.join(' ')).toContain('It was made anew at');

    // relabelled by hand
    controlPlane.kubectl(
      ...['label', 'configmap', 'two', '-n', ns, '--overwrite', 'kustomize.toolkit.fluxcd.io/name=ghost'],
    );
    const relabelled = await story(scene, 'cm/two', '-n', ns);
    expect(relabelled.answer[0]).toContain(`Kustomization ${ns}/flux-system has it in its inventory`);
    expect(JSON.stringify(relabelled)).not.toContain('kubectl delete');

    // deleted twice: the event keeps the revision of the first time
    const gone = { 'clusters/test/two.yaml': null };
    const deleted = scene.push(gone);
    await scene.reconcile(deleted);
    await scene.reconcile(scene.push({ 'clusters/test/two.yaml': configMap('two') }));
    const again = scene.push(gone);
    await scene.reconcile(again);
    const twice = await story(scene, 'cm/two', '-n', ns);
    expect([again, null]).toContain(twice.deletion.revision?.replace('main@sha1:', '') ?? null);
    expect(twice.repository?.removed.commit ?? again).toBe(again);

    // HEAD has it, and no remote branch
    scene.write({ 'clusters/test/two.yaml': configMap('two') });
    scene.git('add', '-A');
    scene.git('commit', '-qm', 'back again');
    expect((await story(scene, 'cm/two', '-n', ns)).restore[0]).toContain('git push');

    // may not be read
    controlPlane.apply(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ${ns}-flux}
rules:
- apiGroups: [source.toolkit.fluxcd.io, kustomize.toolkit.fluxcd.io, helm.toolkit.fluxcd.io]
  resources: ['*']
  verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: flux, namespace: ${ns}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${ns}-flux}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: guest}]
`);
    const unread = await run(scene, 'cm/one', '-n', ns, '--context', 'guest');
    expect([unread.status, unread.output]).toEqual([
      1,
      expect.stringMatching(
        /User guest may not get configmaps one[\s\S]*flux-system has it in its inventory/,
      ),
    ]);
    const nowhere = await run(scene, '-n', 'nonesuch');
    expect([nowhere.status, nowhere.errors]).toEqual([2, expect.stringContaining('no namespace nonesuch')]);
  });

  it('refuses what it cannot make out', async () => {
    const files = { 'clusters/test/one.yaml': configMap('one') };
    const scene = await scenes.open({ files, name: 'refused' });
    const nothing = await run(scene, 'nope/x');
    expect([nothing.status, nothing.errors]).toEqual([2, expect.stringContaining('has no kind nope')]);
    expect((await run(scene, 'configmap')).status).toBe(2);
    const unknown = await run(scene, 'configmap/never-was', '-n', scene.namespace);
    expect([unknown.status, unknown.output]).toEqual([
      1,
      expect.stringContaining('It is not in the cluster.'),
    ]);
    const denied = await run(scene, '--context', 'guest');
    expect([denied.status, denied.errors]).toEqual([2, expect.stringContaining('User guest may not list')]);
    const env = { PATH: process.env['PATH'] ?? '', HOME: scene.folder };
    const bare = await runDoctor([], { folder: scene.folder, env });
    expect([bare.status, bare.errors]).toEqual([2, expect.stringContaining('There is no kubeconfig')]);
  });
});
