import { describe, expect, it } from 'vitest';
import type { Build } from '../../../src/flux/build/build.ts';
import { fluxKustomization } from '../repositories.ts';
import { app, configMap, findingsOf, object, toldOf } from './lint-world.ts';

const parent = (more: string, ofChild: string) => ({
  'clusters/test/top.yaml': fluxKustomization('top', 'top', more),
  'top/x.yaml': fluxKustomization('x', 'x', ofChild),
  'x/a.yaml': configMap(),
});
const checked =
  '  healthChecks:\n    - {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: x, namespace: flux-system}\n';
const onTop = '  dependsOn:\n    - name: top\n';

describe('flux.dependency-cycle over a parent', () => {
  it.each([
    ['that waits', '  wait: true\n', onTop, 1],
    ['that checks it', checked, onTop, 1],
    ['that does neither', '', onTop, 0],
    ['that waits, on nothing of it', '  wait: true\n', '', 0],
    ['that waits, suspended', '  wait: true\n', `${onTop}  suspend: true\n`, 0],
    ['that waits, by an expression', '  wait: true\n', `${onTop}      readyExpr: "true"\n`, 0],
  ])('%s', async (_, more, ofChild, count) => {
    const told = await toldOf('flux.dependency-cycle', parent(more, ofChild));
    expect(told).toHaveLength(count);
    if (count > 0)
      expect(told[0]).toMatch(
        /^error top\/x\.yaml:\d+ flux-system\/top waits for flux-system\/x waits for flux-system\/top, one by wait/,
      );
  });
});

describe('flux.two-owners', () => {
  it.each(['ssa: Ignore', 'ssa: IfNotPresent', 'reconcile: disabled'])(
    'is a note with %s',
    async (annotation) => {
      const ignored = configMap('app', 'data: {key: other}\n').replace(
        '  name:',
        `  annotations: {kustomize.toolkit.fluxcd.io/${annotation}}\n  name:`,
      );
      const files = {
        'clusters/test/apps.yaml': `${fluxKustomization('a', 'a')}---\n${fluxKustomization('b', 'b')}`,
        'a/a.yaml': ignored,
        'b/b.yaml': configMap(),
      };
      expect(await toldOf('flux.two-owners', files)).toEqual([
        'note a/a.yaml:1 ConfigMap app/app is in the inventories of flux-system/a and flux-system/b; only flux-system/b applies it over the other',
      ]);
    },
  );
});

describe('flux.missing-name', () => {
  const ghost = '  dependsOn: [{name: ghost}]\n';
  const missing = { ...app({ 'a.yaml': configMap() }, ghost) };
  const failed: Build = { kind: 'failed', message: 'x', fix: 'x' };
  const unknown: Build = { kind: 'unknown', unknowns: [] };

  it.each([
    ['itself fails', { 'flux-system/app': failed }, 'error'],
    ['another is not known', { 'flux-system/other': unknown }, 'warning'],
  ])('of a dependency, where %s', async (_, builds, level) => {
    const files = { ...missing, 'clusters/test/other.yaml': fluxKustomization('other', 'app') };
    const [told] = await toldOf('flux.missing-name', files, { builds });
    expect(told).toMatch(new RegExp(`^${level} clusters/test/app.yaml:`));
  });

  it('of one source is an error', async () => {
    const files = app({ 'a.yaml': configMap() });
    const text = String(files['clusters/test/app.yaml']).replace(
      /(sourceRef:[\s\S]*?name: )flux-system/,
      '$1flux-systm',
    );
    const [told] = await toldOf('flux.missing-name', { ...files, 'clusters/test/app.yaml': text });
    expect(told).toMatch(
      /^error clusters\/test\/app\.yaml:\d+ the source of flux-system\/app, GitRepository/,
    );
  });
});

describe('names of HelmReleases', () => {
  const repository = object('source.toolkit.fluxcd.io/v1', 'HelmRepository', 'charts', 'spec: {url: a}\n');
  const release = (name: string, more = '', source = 'charts') =>
    object(
      'helm.toolkit.fluxcd.io/v2',
      'HelmRelease',
      name,
      `spec:\n  chart: {spec: {chart: a, sourceRef: {kind: HelmRepository, name: ${source}}}}\n${more}`,
    );
  const files = (...texts: string[]) => app({ 'a.yaml': texts.join('---\n'), 'r.yaml': repository });

  it('finds circles', async () => {
    const all = files(release('a', '  dependsOn: [{name: b}]\n'), release('b', '  dependsOn: [{name: a}]\n'));
    expect(await findingsOf(all)).toEqual(['warning flux.dependency-cycle app/a.yaml:8']);
  });

  it('finds dependencies and sources that there are not', async () => {
    expect(await findingsOf(files(release('a', '  dependsOn: [{name: ghost}]\n')))).toEqual([
      'warning flux.missing-name app/a.yaml:8',
    ]);
    expect(await toldOf('flux.missing-name', files(release('a', '', 'chart')))).toEqual([
      'warning app/a.yaml:7 the chart of HelmRelease app/a comes from HelmRepository app/chart, which is not in the repository',
    ]);
    expect(await findingsOf(files(release('a'), release('b', '  dependsOn: [{name: a}]\n')))).toEqual([]);
  });

  it('says nothing where templates may make them', async () => {
    const set = object('fluxcd.controlplane.io/v1', 'ResourceSet', 'a', 'spec: {}\n');
    expect(await findingsOf(files(set, release('a', '', 'chart')))).toEqual([]);
  });
});

describe('flux.cluster-domain among manifests', () => {
  const uses = (...domains: string[]) =>
    app(
      Object.fromEntries(
        domains.map((domain, at) => [
          `${at}.yaml`,
          configMap(`c${at}`, `data: {a: "http://x.y.svc.${domain}:80"}\n`),
        ]),
      ),
    );
  const usual = ['k8s.example.org', 'k8s.example.org', 'k8s.example.org'];

  it('finds the odd one, of a clear majority only', async () => {
    expect(await findingsOf(uses(...usual, 'cluster.local'))).toEqual([
      'warning flux.cluster-domain app/3.yaml:6',
    ]);
    expect(await findingsOf(uses(...usual, 'cluster.local', 'cluster.local'))).toEqual([]);
    expect(await findingsOf(uses(...usual.slice(1), 'cluster.local'))).toEqual([]);
    expect(await findingsOf(uses(...usual, 'clusterset.local'))).toEqual([]);
  });
});

describe('what is suspended, or deprecated', () => {
  it('a path that is not there is a note where nothing is applied', async () => {
    const files = { 'clusters/test/app.yaml': fluxKustomization('app', 'nope', '  suspend: true\n') };
    const failed: Build = { kind: 'failed', message: 'path not found', fix: 'x' };
    expect(
      (await findingsOf(files, { builds: { 'flux-system/app': failed } })).map((text) => text.split(':')[0]),
    ).toEqual([
      'note flux.path-missing clusters/test/app.yaml',
      'note flux.suspended clusters/test/app.yaml',
    ]);
  });

  it.each([
    ['image.toolkit.fluxcd.io/v1beta2', 'ImagePolicy', 1],
    ['image.toolkit.fluxcd.io/v1', 'ImagePolicy', 0],
    ['v1', 'Endpoints', 1],
  ])('%s %s', async (apiVersion, kind, count) => {
    const told = await toldOf(
      'flux.deprecated-api',
      app({ 'a.yaml': object(apiVersion, kind, 'a', 'x: y\n') }),
    );
    expect(told).toHaveLength(count);
  });
});
