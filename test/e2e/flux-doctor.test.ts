import { afterAll, expect, it } from 'vitest';
import { type Json, startControlPlane } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { runDoctor } from './doctor-run.ts';
import { canary, configMap, kustomization, of, problems, run, Scenes } from './doctor-scene.ts';
import { startScene } from './flux-scene.ts';

describeE2e('flux doctor', [], (controlPlane) => {
  const scenes = new Scenes(controlPlane);
  afterAll(() => scenes.remove());

  it('says so where all is well', async () => {
    const scene = await scenes.open({ files: { 'clusters/test/one.yaml': configMap('one') }, name: 'well' });
    const done = await run(scene, '-n', scene.namespace);
    expect([done.status, done.output.split('\n').at(-2)]).toEqual([0, 'all is well']);
    await scene.suspend('flux-system');
    const suspended = await run(scene, '-n', scene.namespace);
    expect([suspended.status, suspended.output]).toEqual([
      0,
      expect.stringContaining(`$ flux resume kustomization flux-system -n ${scene.namespace}`),
    ]);
  });

  it('explains what fails on the way to the cluster', async () => {
    const scene = await scenes.open({
      files: { 'clusters/test/none.yaml': configMap('none') },
      name: 'apply',
    });
    const ns = scene.namespace;
    const rbac = `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: weak\n  namespace: ${ns}\n`;
    const names = {
      nowhere: '',
      values: '',
      unknown: '',
      lost: '',
      'no-source': '  sourceRef: {kind: GitRepository, name: ghost}\n',
      waits: '  dependsOn: [{name: values}]\n',
      'waits-more': '  dependsOn: [{name: waits}]\n',
      'no-dependency': '  dependsOn: [{name: nowher}]\n',
      'circle-a': '  dependsOn: [{name: circle-b}]\n',
      'circle-b': '  dependsOn: [{name: circle-a}]\n',
      weak: '  serviceAccountName: weak\n',
      immutable: '',
      twice: '',
      'no-file': '',
      remote: '',
      variables: '  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: ghost}]\n',
      invalid: '',
    };
    const files: Record<string, string> = {};
    for (const [name, more] of Object.entries(names)) {
      files[`clusters/test/${name}.yaml`] = kustomization(name, more);
      if (name !== 'nowhere') files[`${name}/object.yaml`] = configMap(name);
    }
    files['clusters/test/weak-account.yaml'] = rbac;
    files['values/values.yaml'] = `password: ${canary}\n`;
    files['unknown/object.yaml'] =
      `apiVersion: example.com/v1\nkind: Nope\nmetadata:\n  name: x\n  namespace: ${ns}\n`;
    files['lost/object.yaml'] = configMap('x', 'x', 'no-such-namespace');
    files['immutable/object.yaml'] = `${configMap('fixed', 'one')}immutable: true\n`;
    const resources = (...of: string[]): string => `resources:\n${of.map((one) => `- ${one}\n`).join('')}`;
    files['no-file/kustomization.yaml'] = resources('object.yaml', 'missing.yaml');
    files['remote/kustomization.yaml'] = resources(
      'object.yaml',
      `http://x:${canary}@127.0.0.1:1/base?ref=v1`,
    );
    files['twice/second.yaml'] = configMap('twice');
    files['invalid/object.yaml'] =
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: r\n  namespace: ${ns}\nspec:\n  interval: ${canary}\n`;
    // a circle makes the controller tell none of them of new revisions: it comes last
    const circle = Object.fromEntries(Object.entries(files).filter(([name]) => name.includes('circle')));
    const first = Object.fromEntries(Object.entries(files).filter(([name]) => !name.includes('circle')));
    await scene.reconcile(scene.push(first));
    await scene.ready('immutable', scene.git('rev-parse', 'HEAD').trim());
    const next = scene.push({
      ...circle,
      'immutable/object.yaml': `${configMap('fixed', 'two')}immutable: true\n`,
    });
    await scene.reconcile(next);
    await scene.annotate('kustomizations', 'immutable');
    for (const name of Object.keys(names)) await scene.notReady(name, '');
    const found = await problems(scene);
    of(found, 'nowhere', 'source.path-missing');
    expect(of(found, 'values', 'build.not-kubernetes').what).toContain('values.yaml');
    of(found, 'unknown', 'apply.unknown-kind');
    of(found, 'lost', 'apply.namespace-missing');
    of(found, 'no-source', 'source.missing');
    expect(of(found, 'waits', 'dependency.waits')).toMatchObject({
      level: 'waits',
      causes: [`Kustomization/${ns}/values`],
    });
    expect(of(found, 'waits-more', 'dependency.waits').causes).toEqual([`Kustomization/${ns}/waits`]);
    expect(of(found, 'no-dependency', 'dependency.missing').what).toContain(`Is ${ns}/nowhere meant?`);
    expect(of(found, 'circle-a', 'dependency.waits').what).toContain('in a circle');
    expect(of(found, 'weak', 'apply.forbidden').what).toContain(`system:serviceaccount:${ns}:weak`);
    of(found, 'immutable', 'apply.immutable');
    of(found, 'twice', 'build.twice');
    expect(of(found, 'no-file', 'build.file-missing').mend[0]).toBe('git ls-files | grep -F missing.yaml');
    expect(of(found, 'remote', 'build.remote').what).toContain('(http://127.0.0.1:1/base?ref=v1)');
    expect(of(found, 'variables', 'build.variable-source-missing').what).toContain('ConfigMap ghost');
    of(found, 'invalid', 'apply.invalid');
    const order = found.map(({ object }) => object.name);
    expect(order.indexOf('values')).toBeLessThan(order.indexOf('waits'));
    expect(order.indexOf('waits')).toBeLessThan(order.indexOf('waits-more'));
    const text = (await run(scene, '-n', ns)).output;
    expect(text).toMatch(
      /✗ Kustomization \S+\/values {2}build\.not-kubernetes[\s\S]*?\n {2}→ Kustomization \S+\/waits: It waits for[^\n]*\n\n {4}→ Kustomization \S+\/waits-more/,
    );
  });

  it('explains sources that are not fetched', async () => {
    const scene = await scenes.open({
      files: { 'clusters/test/none.yaml': configMap('none') },
      name: 'fetch',
    });
    const ns = scene.namespace;
    const source = (name: string, spec: string): string =>
      `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: ${name}\n  namespace: ${ns}\nspec:\n  interval: 10m\n  timeout: 20s\n${spec}`;
    controlPlane.apply(
      [
        source('branch', `  url: ${scene.url}\n  ref: {branch: ghost}\n`),
        source('away', '  url: http://127.0.0.1:1/x.git\n'),
        source('login', `  url: ${scene.url}\n  secretRef: {name: ghost}\n`),
        source('name', '  url: http://no-such-host.invalid/x.git\n'),
        kustomization('follower', '  sourceRef: {kind: GitRepository, name: branch}\n').replaceAll('$NS', ns),
      ].join('---\n'),
    );
    for (const name of ['branch', 'away', 'login', 'name'])
      await controlPlane.waitFor(`failure of ${name}`, async () =>
        (await scene.source(name))?.status?.conditions?.some(
          (one: Json) => one.type === 'Ready' && one.status === 'False',
        ),
      );
    await scene.notReady('follower', '');
    const found = await problems(scene);
    expect(of(found, 'branch', 'source.reference-missing').what).toContain('has no branch ghost');
    of(found, 'away', 'source.unreachable');
    expect(of(found, 'login', 'source.secret-missing').what).toContain('The Secret ghost');
    of(found, 'name', 'source.unknown-host');
    expect(of(found, 'follower', 'source.waits').causes).toEqual([`GitRepository/${ns}/branch`]);
  });

  it('sees what Flux calls Ready: two owners, deletions that hang', async () => {
    const held = configMap('held').replace('\ndata:', '\n  finalizers: [example.com/held]\ndata:');
    const scene = await scenes.open({
      files: {
        'clusters/test/a.yaml': kustomization('a'),
        'clusters/test/b.yaml': kustomization('b'),
        'a/object.yaml': configMap('both'),
        'b/object.yaml': configMap('both'),
        'a/held.yaml': held,
      },
      name: 'ready',
    });
    const ns = scene.namespace;
    const head = scene.git('rev-parse', 'HEAD').trim();
    await scene.ready('a', head);
    await scene.ready('b', head);
    await controlPlane.delete('configmaps', ns, 'held');
    await new Promise((resolve) => setTimeout(resolve, 6500));
    const found = await problems(scene);
    expect(of(found, 'a', 'applied.two-owners').what).toContain(`inventory of ${ns}/b`);
    expect(of(found, 'a', 'applied.terminating').what).toContain('example.com/held');
    await controlPlane.patch('configmaps', ns, 'held', { metadata: { finalizers: null } });
  });

  it('finds what no controller looks at', async () => {
    const scene = await scenes.open({
      files: { 'clusters/test/none.yaml': configMap('none') },
      name: 'nobody',
    });
    const ns = scene.namespace;
    controlPlane.apply(
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: alone\n  namespace: ${ns}\nspec:\n  interval: 1m\n`,
    );
    const later = await runDoctor(['-n', ns, '--json'], {
      folder: scene.folder,
      env: scene.env,
      laterMs: 60_000,
    });
    of(JSON.parse(later.output).problems, 'alone', 'state.untouched');
  });

  it('sees a wrong cluster domain at once, and hears of it later', async () => {
    const artifactHost = 'source-controller.flux-system.svc.cluster.local.';
    const own = await startControlPlane({ artifactHost, kustomizeFlags: ['--http-retry=1'] });
    try {
      own.apply(
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\n  namespace: kube-system\ndata:\n' +
          '  Corefile: |\n    .:53 {\n        kubernetes home.arpa in-addr.arpa ip6.arpa {\n        }\n    }\n',
      );
      const files = { 'clusters/test/one.yaml': configMap('one') };
      const scene = await startScene(own, { files, name: 'domain', wait: false });
      const ns = scene.namespace;
      await own.waitFor('the fetch', async () => (await scene.source('flux-system'))?.status?.artifact);
      const found = await problems(scene);
      expect(of(found, 'flux-system', 'source.wrong-domain')).toMatchObject({
        object: { kind: 'GitRepository', namespace: ns },
        what: expect.stringContaining(
          'for the cluster domain cluster.local, and its DNS server serves home.arpa',
        ),
      });
      await scene.notReady('flux-system', 'no such host');
      const [cause, effect] = await problems(scene);
      expect(cause.object.kind).toBe('GitRepository');
      expect(effect).toMatchObject({
        object: { kind: 'Kustomization' },
        level: 'waits',
        causes: [`GitRepository/${ns}/flux-system`],
      });
      await scene.remove();
    } finally {
      await own.stop();
    }
  });
});
