// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { describe, expect, it } from 'vitest';
import type { ClusterObjects } from '../../../src/flux/build/build.ts';
import { finish } from '../../../src/flux/build/finish.ts';
import { jsonText } from '../../../src/flux/build/json-text.ts';
import { Opener } from '../../../src/flux/build/opened.ts';
import { realSystem } from './real-system.ts';
import { clusterOf, kustomizationOf, noObjects, summary } from './scene.ts';

const opener = new Opener(realSystem({ HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' }));
const build = (text: string, spec = 'path: .', cluster: ClusterObjects = noObjects) =>
  finish(text, { kustomization: kustomizationOf(spec), cluster, opener, opened: [], unknowns: [] });
const map = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: apps\n${more}`;

describe('behind kustomize', () => {
  it('objects get the labels of their owner, and of the spec over them', async () => {
    const built = await build(map('a'), 'commonMetadata: {labels: {team: x}, annotations: {note: text}}');
    if (built.kind !== 'built') throw new TypeError('not built');
    expect(Object.fromEntries(built.objects[0]?.labels ?? [])).toEqual({
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      team: 'x',
    });
    expect(Object.fromEntries(built.objects[0]?.annotations ?? [])).toEqual({ note: 'text' });
  });

  it('they come in the order in which they are applied', async () => {
    const objects = [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: apps}\n',
      'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\n',
      'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: apps}\n',
      'apiVersion: example.com/v1\nkind: ThingClass\nmetadata: {name: c}\n',
      map('m'),
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: apps}\n',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n',
    ];
    expect(summary(await build(objects.join('---\n')))).toEqual([
      '_things.example.com_apiextensions.k8s.io_CustomResourceDefinition',
      '_apps__Namespace',
      '_c_example.com_ThingClass',
      'apps_m__ConfigMap',
      'apps_d_apps_Deployment',
      'apps_t_example.com_Thing',
      '_w_admissionregistration.k8s.io_ValidatingWebhookConfiguration',
    ]);
  });

  it('cluster-scoped ones have no namespace, whatever they say; others need one', async () => {
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "a:b", namespace: apps}\n';
    expect(summary(await build(role))).toEqual(['_a__b_rbac.authorization.k8s.io_ClusterRole']);
    const issuer =
      'apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: x, namespace: apps}\n';
    expect(summary(await build(issuer))).toEqual(['_x_cert-manager.io_ClusterIssuer']);
    const thing = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x, namespace: apps}\n';
    expect(summary(await build(thing))).toEqual(['apps_x_example.com_Thing']);
    const scoped: ClusterObjects = { find: () => null, scope: () => 'Cluster' };
    expect(summary(await build(thing, 'path: .', scoped))).toEqual(['_x_example.com_Thing']);
    const definition =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Thing}}\n';
    expect(summary(await build(`${thing}---\n${definition}`))).toContain('_x_example.com_Thing');
    expect(summary(await build('apiVersion: v1\nkind: Service\nmetadata: {name: x}\n'))).toBe(
      'failed: Service/x namespace not specified: the server could not find the requested resource',
    );
  });

  it('what is no object is dropped: a name that has become a number', async () => {
    const text = `${map('"${n}"')}---\n${map('b')}`;
    expect(summary(await build(text, 'postBuild: {substitute: {n: "12"}}'))).toEqual(['apps_b__ConfigMap']);
    expect(
      summary(
        await build(
          'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n',
        ),
      ),
    ).toEqual([]);
  });

  it('values become numbers and truth values, unless it is switched off', async () => {
    const off = map('b', 'data:\n  size: ${size}\n').replace(
      'namespace: apps',
      'namespace: apps\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}',
    );
    const text = `${map('a', 'data:\n  size: ${size}\n  t: ${t}\n  q: \'"${size}"\'\n  kept: $${size}\n')}---\n${off}`;
    const built = await build(text, 'postBuild: {substitute: {size: "12", t: "yes"}}');
    if (built.kind !== 'built') throw new TypeError(JSON.stringify(summary(built)));
    const [a = '', b = ''] = built.objects.map(({ manifest }) => jsonText(manifest));
    expect(a).toContain('"data":{"size":12,"t":true,"q":"\\"12\\"","kept":"${size}"}');
    expect(b).toContain('"data":{"size":"${size}"}');
  });

  it('fails on templates that envsubst refuses, and on names that are none', async () => {
    expect(summary(await build(map('a', 'data: {x: "${a!}"}\n'), 'postBuild: {substitute: {n: "1"}}'))).toBe(
      "failed: post build failed for 'ConfigMap.v1.[noGrp]/a': envsubst error: variable substitution failed: missing closing brace",
    );
    expect(summary(await build(map('a'), 'postBuild: {substitute: {"a.b": "1"}}'))).toContain(
      "'a.b' var name is invalid",
    );
    expect(summary(await build(map('a', 'data: {x: "${a!}"}\n'), 'postBuild: {}'))).toEqual([
      'apps_a__ConfigMap',
    ]);
  });

  it('a later source wins, and a missing one leaves what is behind it certain', async () => {
    const spec =
      'postBuild: {substitute: {c: in}, substituteFrom: [{kind: ConfigMap, name: one}, {kind: Secret, name: two}]}';
    const one =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: flux-system}\ndata: {a: x, b: x}\n';
    const two =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: two, namespace: flux-system}\ndata: {b: eQ==}\nstringData: {d: "z\\n"}\n';
    const text = map('n-${a}-${b}-${c}-${d}');
    expect(summary(await build(text, spec, clusterOf(one, two)))).toEqual(['apps_n-x-y-in-z__ConfigMap']);
    expect(summary(await build(map('n-${b}-${c}-${d}'), spec, clusterOf(two)))).toEqual([
      'apps_n-y-in-z__ConfigMap',
    ]);
    expect(summary(await build(map('n-${a}'), spec, clusterOf(one)))).toMatch(
      /^unknown: variable: .*Secret flux-system\/two/,
    );
    const nowhere = map('a').replace('namespace: apps', 'namespace: ${a}');
    expect(summary(await build(nowhere, spec))).toMatch(/^unknown: variable: /);
    expect(summary(await build(map('n-${c}'), spec))).toEqual(['apps_n-in__ConfigMap']);
    const sealed = two.replace('eQ==', '"ENC[AES256_GCM,x]"').replace(/stringData.*/, 'sops: {mac: x}');
    expect(summary(await build(map('n-${b}'), spec, clusterOf(one, sealed)))).toMatch(
      /^unknown: missing-key: /,
    );
  });

  it('Lists are opened', async () => {
    const list = `apiVersion: v1\nkind: ConfigMapList\nmetadata: {name: l}\nitems:\n- ${map('a').trim().replaceAll('\n', '\n  ')}\n`;
    expect(summary(await build(list))).toEqual(['apps_a__ConfigMap']);
  });

  it('two that get one name are refused', async () => {
    const text = `${map('a-${x}')}---\n${map('a-1')}`;
    expect(summary(await build(text, 'postBuild: {substitute: {x: "1"}}'))).toBe(
      'failed: in Replace: id matched 2 resources',
    );
  });

  it('equal objects have one digest, whatever the order of their fields', async () => {
    const digests = await Promise.all(
      ['data: {a: "1", b: "2"}', 'data: {b: "2", a: "1"}', 'data: {a: "1", b: "3"}'].map(async (data) => {
        const built = await build(map('a', `${data}\n`));
        return built.kind === 'built' ? built.objects[0]?.digest : null;
      }),
    );
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });
});
