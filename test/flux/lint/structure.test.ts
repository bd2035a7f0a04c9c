// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { describe, expect, it } from 'vitest';
import { fluxKustomization } from '../repositories.ts';
import { app, configMap, findingsOf, kustomization, object, toldOf } from './lint-world.ts';

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n';
const release = (name: string, chart: string) =>
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', name, `spec:\n  chart: {spec: {chart: ${chart}}}\n`);
const check = (kind: string, name: string) =>
  `  healthChecks:\n    - {apiVersion: helm.toolkit.fluxcd.io/v2, kind: ${kind}, name: ${name}, namespace: app}\n`;

describe('flux.two-owners', () => {
  const two = (one: string, other: string) => ({
    'clusters/test/apps.yaml': `${fluxKustomization('a', 'a')}---\n${fluxKustomization('b', 'b')}`,
    'a/a.yaml': one,
    'b/b.yaml': other,
  });

  it('is an error where they are not alike, a warning where they are', async () => {
    expect(
      await toldOf('flux.two-owners', two(configMap(), configMap('app', 'data: {key: other}\n'))),
    ).toEqual([
      'error b/b.yaml:1 ConfigMap app/app is applied by flux-system/a and flux-system/b, not alike (first in a/a.yaml)',
    ]);
    expect(await toldOf('flux.two-owners', two(configMap(), configMap()))).toEqual([
      'warning b/b.yaml:1 ConfigMap app/app is applied by flux-system/a and flux-system/b (first in a/a.yaml)',
    ]);
  });

  it('is not one name in two namespaces, nor in another cluster', async () => {
    expect(
      await toldOf('flux.two-owners', two(configMap(), configMap().replace('app\ndata', 'b\ndata'))),
    ).toEqual([]);
    const remote = two(configMap(), configMap());
    const kubeConfig = `${fluxKustomization('a', 'a')}---\n${fluxKustomization('b', 'b', '  kubeConfig: {secretRef: {name: x}}\n')}`;
    expect(await toldOf('flux.two-owners', { ...remote, 'clusters/test/apps.yaml': kubeConfig })).toEqual([]);
  });
});

describe('flux.health-check', () => {
  const files = (more: string, ofOwner = '') => ({
    'clusters/test/apps.yaml': `${fluxKustomization('a', 'a', ofOwner)}---\n${fluxKustomization('b', 'b', more)}`,
    'a/a.yaml': release('db', 'mysql'),
    'b/b.yaml': configMap(),
  });

  it('fires on the dependent', async () => {
    expect(await toldOf('flux.health-check', files(check('HelmRelease', 'db')))).toEqual([
      'warning clusters/test/apps.yaml:27 the check of HelmRelease app/db, which flux-system/a applies, does not delay flux-system/b: it is made after b has been applied',
    ]);
  });

  it.each([
    ['on the dependency', '', check('HelmRelease', 'db')],
    [
      'beside a dependency that waits',
      `${check('HelmRelease', 'db')}  dependsOn: [{name: a}]\n`,
      '  wait: true\n',
    ],
    ['where wait makes it be passed over', `${check('HelmRelease', 'db')}  wait: true\n`, ''],
    ['for what a chart makes', check('Deployment', 'db'), ''],
  ])('does not fire %s', async (_, ofDependent, ofOwner) => {
    const findings = await findingsOf(files(ofDependent, ofOwner));
    expect(findings.filter((finding) => finding.includes('health-check'))).toEqual([]);
  });

  it('tells of a release that nothing applies', async () => {
    expect(await toldOf('flux.health-check-unknown', files(check('HelmRelease', 'dB')))).toHaveLength(1);
  });
});

describe('names', () => {
  it('flux.missing-name: a dependency, with the right namespace', async () => {
    const told = await toldOf(
      'flux.missing-name',
      app({ 'a.yaml': configMap() }, '  dependsOn: [{name: flux-system, namespace: other}]\n'),
    );
    expect(told).toEqual([
      'error clusters/test/app.yaml:13 flux-system/app depends on other/flux-system, and there is no such Kustomization',
    ]);
  });

  it('flux.missing-name: a source', async () => {
    const files = app({ 'a.yaml': configMap() });
    const other = {
      'clusters/test/app.yaml': fluxKustomization('app', 'app')
        .replace('name: flux-system\n', 'name: flux-sytem\n')
        .replace('namespace: flux-sytem', 'namespace: flux-system'),
    };
    const renamed = {
      'clusters/test/app.yaml': String(other['clusters/test/app.yaml']).replace(
        /sourceRef:[\s\S]*/,
        'sourceRef:\n    kind: GitRepository\n    name: ghost\n',
      ),
    };
    expect(await toldOf('flux.missing-name', { ...files, ...renamed })).toHaveLength(1);
    expect(await toldOf('flux.missing-name', files)).toEqual([]);
  });

  it('flux.dependency-cycle', async () => {
    const files = {
      'clusters/test/apps.yaml': ['a', 'b', 'c']
        .map((name, index) =>
          fluxKustomization(name, 'app', `  dependsOn: [{name: ${['b', 'c', 'a'][index]}}]\n`),
        )
        .join('---\n'),
      'app/kustomization.yaml': kustomization('resources: []'),
    };
    expect(await toldOf('flux.dependency-cycle', files)).toEqual([
      expect.stringMatching(
        /^error clusters\/test\/apps\.yaml:\d+ flux-system\/a waits for flux-system\/b waits for flux-system\/c waits for flux-system\/a/,
      ),
    ]);
  });

  it('flux.cross-namespace: one note, or an error each where the flag is set', async () => {
    const files = app({ 'a.yaml': configMap() });
    const elsewhere = String(files['clusters/test/app.yaml'])
      .replace('  namespace: flux-system', '  namespace: app')
      .replace('    name: flux-system\n', '    name: flux-system\n    namespace: flux-system\n');
    const crossing = { ...files, 'clusters/test/app.yaml': elsewhere };
    expect(await toldOf('flux.cross-namespace', crossing)).toEqual([expect.stringMatching(/^note /)]);
    const controller = object(
      'apps/v1',
      'Deployment',
      'kustomize-controller',
      'spec: {template: {spec: {containers: [{name: manager, args: [--no-cross-namespace-refs=true]}]}}}\n',
    );
    expect(await toldOf('flux.cross-namespace', { ...crossing, 'clusters/test/c.yaml': controller })).toEqual(
      [expect.stringMatching(/^error /)],
    );
    expect(await toldOf('flux.cross-namespace', files)).toEqual([]);
  });
});

describe('paths', () => {
  it('flux.path-missing suggests the right one', async () => {
    const files = {
      'clusters/test/app.yaml': fluxKustomization('app', 'manifests/ap'),
      'manifests/app/a.yaml': configMap(),
    };
    expect(await toldOf('flux.path-missing', files)).toEqual([
      'error clusters/test/app.yaml:8 flux-system/app has the path manifests/ap, and the source has no such folder',
    ]);
  });

  it.each([
    ['a folder without manifests', { 'README.md': '' }, '', 1],
    ['a kustomization of nothing', { 'kustomization.yaml': kustomization('resources: []') }, '', 1],
    [
      'a gate of health checks',
      { 'kustomization.yaml': kustomization('resources: []') },
      check('HelmRelease', 'db'),
      0,
    ],
  ])('flux.path-empty: %s', async (_, files, more, count) => {
    expect(await toldOf('flux.path-empty', app(files, more))).toHaveLength(count);
  });

  it('flux.link: a symlink that is scanned, and one that is named', async () => {
    const files = { 'a.yaml': configMap(), 'b.yaml': { link: '../other.yaml' } };
    expect(await toldOf('flux.link', app(files))).toEqual([expect.stringMatching(/^error app\/b\.yaml:- /)]);
    const named = { ...files, 'kustomization.yaml': kustomization('resources:', '  - a.yaml', '  - b.yaml') };
    expect(await toldOf('flux.link', app(named))).toEqual([
      expect.stringMatching(/^error app\/kustomization\.yaml:5 /),
    ]);
  });

  it('flux.not-kubernetes: only where every file is taken', async () => {
    const files = {
      'a.yaml': configMap(),
      'values.yaml': '# a chart\nreplicas: 1\n',
      'empty.yaml': '# nothing\n',
    };
    expect(await toldOf('flux.not-kubernetes', app(files))).toEqual([
      expect.stringMatching(/^error app\/values\.yaml:2 /),
    ]);
    const named = { ...files, 'kustomization.yaml': kustomization('resources: [a.yaml]') };
    expect(await toldOf('flux.not-kubernetes', app(named))).toEqual([]);
  });

  it('flux.namespace-renamed', async () => {
    const more = '  targetNamespace: app\n';
    expect(await toldOf('flux.namespace-renamed', app({ 'a.yaml': namespace }, more))).toEqual([
      'error app/a.yaml:1 Namespace other becomes app by the targetNamespace of flux-system/app',
    ]);
    expect(
      await toldOf('flux.namespace-renamed', app({ 'a.yaml': namespace.replace('other', 'app') }, more)),
    ).toEqual([]);
  });

  it('flux.suspended', async () => {
    expect(await toldOf('flux.suspended', app({ 'a.yaml': configMap() }, '  suspend: true\n'))).toHaveLength(
      1,
    );
  });
});

describe('builds', () => {
  it('flux.build-failed and flux.not-looked-at, and what else can be told of the files', async () => {
    const files = app({ 'a.yaml': object('autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'a') });
    const failed = { kind: 'failed', message: 'kustomize build failed: why', fix: 'Mend it.' } as const;
    expect(await findingsOf(files, { builds: { 'flux-system/app': failed } })).toEqual([
      'error flux.removed-api app/a.yaml:1',
      'error flux.build-failed clusters/test/app.yaml:1',
    ]);
    const unknowns = [
      {
        reason: 'remote-base',
        subject: 'flux-system/app',
        message: 'it takes in something',
        fix: 'Fetch it.',
      },
    ] as const;
    expect(await findingsOf(files, { builds: { 'flux-system/app': { kind: 'unknown', unknowns } } })).toEqual(
      ['error flux.removed-api app/a.yaml:1', 'note flux.not-looked-at clusters/test/app.yaml:1'],
    );
  });
});
