// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { describe, expect, it } from 'vitest';
import type { Build, ClusterObjects } from '../../../src/flux/build/build.ts';
import { eitherBuild } from '../../../src/flux/build/either-build.ts';
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
    const text = `${map('${number}')}---\n${map('b')}`;
    expect(summary(await build(text, 'postBuild: {substitute: {number: "12"}}'))).toEqual([
      'apps_b__ConfigMap',
    ]);
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

  it('fails on a variable that is certainly not set, as since Flux 2.9, and says what helps', async () => {
    const some = 'postBuild: {substitute: {x: "1"}}';
    const uses = (expression: string, spec = some, cluster: ClusterObjects = noObjects) =>
      build(map('a', `data: {x: "${expression}"}\n`), spec, cluster);
    expect(await uses('${HOME}')).toEqual({
      kind: 'failed',
      message:
        'post build failed for \'ConfigMap.v1.[noGrp]/a\': envsubst error: variable substitution failed: variable not set (strict mode): "HOME"',
      fix: 'Define HOME in spec.postBuild, give it a default (${HOME:=}), or write $${HOME} where it is not for Flux.',
    });
    for (const expression of ['${#HOME}', '${HOME^^}', '${HOME/a/b}', '${x:=${HOME}}'])
      expect(summary(await uses(expression))).toContain('not set (strict mode): "HOME"');
    for (const expression of ['${HOME:=}', '${HOME:-x}', '${HOME=x}', '$${HOME}', '$HOME'])
      expect(summary(await uses(expression))).toEqual(['apps_a__ConfigMap']);
    expect(summary(await uses('${HOME}', 'postBuild: {}'))).toEqual(['apps_a__ConfigMap']);
    expect(summary(await uses('${HOME}', 'postBuild: {substituteStrategy: Always}'))).toMatch(/^failed: /);
    const lenient: ClusterObjects = { find: () => null, lenient: true };
    expect(summary(await uses('${HOME}', some, lenient))).toEqual(['apps_a__ConfigMap']);
    const from = (source: string) => `postBuild: {substitute: {x: "1"}, substituteFrom: [${source}]}`;
    for (const source of ['{kind: ConfigMap, name: one}', '{kind: ConfigMap, name: one, optional: true}']) {
      const built = await uses('${HOME}', from(source));
      expect(built.kind === 'built' && built.unknowns.map(({ reason }) => reason)).toEqual(['variable']);
    }
    const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: flux-system}\n';
    expect(summary(await uses('${HOME}', from('{kind: ConfigMap, name: one}'), clusterOf(one)))).toMatch(
      /^failed: .*strict mode/,
    );
  });

  it('names of variables that cannot be opened make the ids unknown, and are no duplicates', async () => {
    const text = `${map('${a}-prod')}---\n${map('${b}-prod')}`;
    const spec = 'postBuild: {substituteFrom: [{kind: Secret, name: s}]}';
    const secret = (data: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: flux-system}\n${data}\n`;
    const ciphertext = 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]';
    const base64 = Buffer.from(ciphertext).toString('base64');
    for (const data of [
      `stringData: {a: "${ciphertext}", b: "${ciphertext}"}\nsops: {mac: x}`,
      `data: {a: "${base64}", b: "${base64}"}`,
    ])
      expect(summary(await build(text, spec, clusterOf(secret(data))))).toBe(
        'unknown: missing-key: variables of flux-system/apps come from Secret flux-system/s, which cannot be opened with the identities here (a, b, in names of ConfigMap)',
      );
  });

  it('variables that are not known are told once for a source, the first few by name', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `NAME_${10 + index}`);
    const objects = names.map((name, index) => map(`m${index}`, `data: {x: "\${${name}}"}\n`));
    const built = await build(
      objects.join('---\n'),
      'postBuild: {substituteFrom: [{kind: Secret, name: s}]}',
    );
    expect(built.kind === 'built' && built.unknowns.map(({ message }) => message)).toEqual([
      'variables of flux-system/apps come from the Secret flux-system/s, which is not in the repository (40: NAME_10, NAME_11, NAME_12, NAME_13, NAME_14, …)',
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

describe('a Kustomization whose own spec has variables that are not known', () => {
  const child = (spec: string) =>
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: child, namespace: flux-system}\nspec: ${spec}\n`;

  it('is built, and says how else it may be', async () => {
    const spec = 'postBuild: {substituteFrom: [{kind: ConfigMap, name: none}]}';
    const built = await build(`${child('{path: "./${DIR}", prune: true}')}---\n${map('a')}`, spec);
    if (built.kind !== 'built') throw new TypeError(JSON.stringify(summary(built)));
    const texts = built.objects.map(({ alternative }) => alternative && jsonText(alternative));
    expect(built.objects.map(({ id }) => id)).toContain(
      'flux-system_child_kustomize.toolkit.fluxcd.io_Kustomization',
    );
    expect(texts.filter((text) => text !== undefined)).toEqual([
      expect.stringContaining('"path":"./sopskit-unknown-value"'),
    ]);
  });

  it('builds what is certain of both', () => {
    const built = (...ids: readonly string[]): Build =>
      ({ kind: 'built', objects: ids.map((id) => ({ id })), unknowns: [] }) as unknown as Build;
    const failed: Build = { kind: 'failed', message: 'x', fix: '' };
    expect(eitherBuild('a/b', built('1', '2'), built('2', '1'))).toMatchObject({
      kind: 'built',
      unknowns: [{ reason: 'variable', subject: 'a/b' }],
    });
    expect(eitherBuild('a/b', built('1'), built('2'))).toMatchObject({ kind: 'unknown' });
    expect(eitherBuild('a/b', failed, built('1'))).toMatchObject({ kind: 'unknown' });
    expect(eitherBuild('a/b', failed, { ...failed, message: 'y' })).toMatchObject({ kind: 'unknown' });
    expect(eitherBuild('a/b', failed, null)).toMatchObject({ kind: 'unknown' });
    expect(eitherBuild('a/b', failed, { ...failed })).toBe(failed);
  });
});
