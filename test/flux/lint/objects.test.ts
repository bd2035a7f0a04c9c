// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { describe, expect, it } from 'vitest';
import { fluxKustomization } from '../repositories.ts';
import { app, configMap, findingsOf, kustomization, object, secret, toldOf } from './lint-world.ts';

const release = (name: string, chart: string) =>
  object(
    'helm.toolkit.fluxcd.io/v2',
    'HelmRelease',
    name,
    `spec:\n  chart:\n    spec:\n      chart: ${chart}\n`,
  );
const crd = (versions: string, more = '') =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n${more}spec:\n  group: example.com\n  names: {kind: Thing}\n  versions: [${versions}]\n`;

describe('flux.prune-unprotected', () => {
  const keep = '  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}\n';
  it.each([
    ['Namespace', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n', ['note app/a.yaml:1']],
    ['CRD', crd(''), ['note app/a.yaml:-']],
    ['PersistentVolumeClaim', object('v1', 'PersistentVolumeClaim', 'a'), ['note app/a.yaml:1']],
    ['CNI', release('net', 'cilium'), ['warning app/a.yaml:1']],
    ['another chart', release('net', 'podinfo'), []],
    ['one that is kept', object('v1', 'PersistentVolumeClaim', 'a').replace('  name:', `${keep}  name:`), []],
  ])('%s', async (_, text, expected) => {
    const told = await toldOf('flux.prune-unprotected', app({ 'a.yaml': text }));
    expect(told.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(
      expected.map((one) => one.replace(':-', ':1')),
    );
  });

  it('is silent without prune, and for what a parent orphans', async () => {
    const files = app({ 'a.yaml': release('net', 'cilium') });
    const off = {
      ...files,
      'clusters/test/app.yaml': fluxKustomization('app', 'app').replace('prune: true', 'prune: false'),
    };
    expect(await toldOf('flux.prune-unprotected', off)).toEqual([]);
    expect(
      await toldOf(
        'flux.prune-unprotected',
        app({ 'a.yaml': release('net', 'cilium') }, '  deletionPolicy: Orphan\n'),
      ),
    ).toEqual([]);
  });
});

describe('CRDs', () => {
  const thing = object('example.com/v1', 'Thing', 'a');

  it('flux.crd-together', async () => {
    const files = app({ 'a.yaml': crd('{name: v1, served: true}'), 'b.yaml': thing });
    expect(await toldOf('flux.crd-together', files)).toEqual([
      expect.stringMatching(/^note app\/b\.yaml:1 Thing app\/a and the CRD/),
    ]);
  });

  it('flux.helm-crd-together', async () => {
    const issuer = 'apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata:\n  name: a\n';
    const files = app({ 'a.yaml': release('cert-manager', 'cert-manager'), 'b.yaml': issuer });
    expect(await toldOf('flux.helm-crd-together', files)).toHaveLength(1);
    const apart = {
      ...app({ 'a.yaml': release('cert-manager', 'cert-manager') }),
      'clusters/test/b.yaml': fluxKustomization('b', 'b', '  dependsOn: [{name: app}]\n'),
      'b/b.yaml': issuer,
    };
    expect(await toldOf('flux.helm-crd-together', apart)).toEqual([]);
    const before = { ...files, 'bootstrap/helmfile.yaml': 'releases:\n  - name: cert-manager\n' };
    expect(await toldOf('flux.helm-crd-together', before)).toEqual([]);
  });

  it('flux.removed-api and flux.deprecated-api by the CRD that is there', async () => {
    const with_ = (version: string) =>
      app({ 'a.yaml': crd(version), 'b.yaml': object('example.com/v1beta1', 'Thing', 'a') });
    expect(await toldOf('flux.removed-api', with_('{name: v1, served: true}'))).toEqual([
      'error app/b.yaml:1 Thing app/a has example.com/v1beta1, which its CRD in this repository does not serve',
    ]);
    expect(
      await toldOf('flux.deprecated-api', with_('{name: v1beta1, served: true, deprecated: true}')),
    ).toHaveLength(1);
    expect(await toldOf('flux.removed-api', with_('{name: v1beta1, served: true}'))).toEqual([]);
  });
});

describe('flux.removed-api', () => {
  it.each([
    ['policy/v1beta1', 'PodDisruptionBudget', 'error'],
    ['networking.k8s.io/v1beta1', 'Ingress', 'error'],
    ['batch/v1beta1', 'CronJob', 'error'],
    ['helm.toolkit.fluxcd.io/v2beta1', 'HelmRelease', 'warning'],
    ['source.toolkit.fluxcd.io/v1beta2', 'HelmRepository', 'warning'],
    ['apps/v1', 'Deployment', null],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', null],
  ])('%s %s', async (version, kind, level) => {
    const told = await toldOf('flux.removed-api', app({ 'a.yaml': object(version, kind, 'a') }));
    expect(told.map((one) => one.split(' ')[0])).toEqual(level === null ? [] : [level]);
  });

  it('is a note while an older Flux is installed', async () => {
    const files = {
      ...app({ 'a.yaml': object('helm.toolkit.fluxcd.io/v2beta1', 'HelmRelease', 'a') }),
      'clusters/test/ns.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n  labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/version: v2.3.0}\n',
    };
    expect((await findingsOf(files)).filter((one) => one.includes('-api'))).toEqual([
      'note flux.deprecated-api app/a.yaml:1',
    ]);
  });
});

describe('variables', () => {
  const substitute = '  postBuild:\n    substitute: {HERE: x}\n';
  const of = (text: string) => configMap('app', `data:\n  key: ${text}\n`);

  it.each([
    ['${HERE}', []],
    ['${MISSING:=x}', []],
    ['${MISSING:-x}', []],
    ['$${MISSING}', []],
    ['$MISSING', []],
    [
      '${MISSING}',
      ['error app/a.yaml:7 ${MISSING} is not defined for flux-system/app: flux-system/app fails'],
    ],
  ])('%s', async (text, expected) => {
    expect(await toldOf('flux.variable-undefined', app({ 'a.yaml': of(text) }, substitute))).toEqual(
      expected,
    );
  });

  it('does not count comments, and objects that are left out', async () => {
    const annotated = of('${MISSING}').replace(
      '  name:',
      '  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n  name:',
    );
    expect(
      await toldOf('flux.variable-undefined', app({ 'a.yaml': `# \${MISSING}\n${annotated}` }, substitute)),
    ).toEqual([]);
  });

  it('flux.variable-eaten: a script, also one that is generated', async () => {
    const script = configMap('app', 'data:\n  a.sh: |\n    #!/bin/sh\n    echo ${HOME}\n');
    expect(await toldOf('flux.variable-eaten', app({ 'a.yaml': script }, substitute))).toEqual([
      'error app/a.yaml:9 ${HOME} in a script is taken by the postBuild of flux-system/app, which has no such variable: flux-system/app fails',
    ]);
    const generated = (options: string) =>
      app(
        {
          'kustomization.yaml': kustomization(`configMapGenerator: [{name: a, files: [a.sh]${options}}]`),
          'a.sh': 'echo ${HOME}\n',
        },
        substitute,
      );
    expect(await toldOf('flux.variable-eaten', generated(''))).toHaveLength(1);
    expect(
      await toldOf(
        'flux.variable-eaten',
        generated(', options: {annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}'),
      ),
    ).toEqual([]);
  });

  it('knows what a Secret or ConfigMap of the repository defines, and says nothing where it is not there', async () => {
    const from = (kind: string) => `  postBuild:\n    substituteFrom: [{kind: ${kind}, name: vars}]\n`;
    const vars = (text: string) => ({
      'clusters/test/vars.yaml': text.replace('namespace: app', 'namespace: flux-system'),
    });
    const files = (kind: string) => app({ 'a.yaml': of('${ONE}${TWO}') }, from(kind));
    expect(await toldOf('flux.variable-undefined', files('Secret'))).toEqual([]);
    expect(
      await toldOf('flux.variable-undefined', {
        ...files('Secret'),
        ...vars(secret('vars', 'stringData: {ONE: canary}\n')),
      }),
    ).toEqual([expect.stringContaining('${TWO} is not defined')]);
    expect(
      await toldOf('flux.variable-undefined', {
        ...files('ConfigMap'),
        ...vars(configMap('vars', 'data: {ONE: x, TWO: y}\n')),
      }),
    ).toEqual([]);
  });

  it('flux.variable-left: used where nothing is substituted', async () => {
    const files = {
      ...app({ 'a.yaml': of('${HERE}') }),
      'clusters/test/b.yaml': fluxKustomization('b', 'b', substitute),
      'b/b.yaml': configMap('b'),
    };
    expect(await toldOf('flux.variable-left', files)).toHaveLength(1);
  });

  it('is a warning before Flux 2.9, and where strictness is off', async () => {
    const files = app({ 'a.yaml': of('${MISSING}') }, substitute);
    const older =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n  labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/version: v2.8.1}\n';
    expect(
      (await findingsOf({ ...files, 'clusters/test/ns.yaml': older })).filter((one) =>
        one.includes('undefined'),
      ),
    ).toEqual(['warning flux.variable-undefined app/a.yaml:7']);
    const off = configMap('args', 'data: {args: --feature-gates=StrictPostBuildSubstitutions=false}\n');
    expect(await toldOf('flux.variable-undefined', { ...files, 'clusters/test/args.yaml': off })).toEqual([
      expect.stringMatching(/^warning /),
    ]);
  });
});

describe('flux.cluster-domain', () => {
  const controller = (domain: string) => ({
    'clusters/test/flux-system/gotk-components.yaml': object(
      'apps/v1',
      'Deployment',
      'source-controller',
      `spec: {args: [--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.${domain}.]}\n`,
    ),
  });
  const addresses = app({
    'a.yaml': configMap('a', 'data: {a: db.app.svc.k8s.home, b: "http://x.y.svc.k8s.home:80/"}\n'),
  });

  it('fires where the rest of the repository says otherwise', async () => {
    expect(await toldOf('flux.cluster-domain', { ...addresses, ...controller('cluster.local') })).toEqual([
      'warning clusters/test/flux-system/gotk-components.yaml:1 Flux is installed with the cluster domain cluster.local, and 2 addresses of services in the repository end in .svc.k8s.home',
    ]);
    expect(await toldOf('flux.cluster-domain', { ...addresses, ...controller('k8s.home') })).toEqual([]);
    expect(
      await toldOf('flux.cluster-domain', {
        ...app({ 'a.yaml': configMap() }),
        ...controller('cluster.local'),
      }),
    ).toEqual([]);
  });
});
