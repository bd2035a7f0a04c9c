// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Builder } from '../../src/flux/build/build.ts';
import { openBuilder } from '../../src/flux/build/builder.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { clusterOf, idsOf } from '../flux/build/scene.ts';
import { describePeers } from './peers.ts';

const map = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: apps}\n${more}`;

describePeers('flux build with the real kustomize', ['kustomize'], ({ kustomize }) => {
  let home: string;
  let builder: Builder;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    builder = openBuilder(realSystem({ XDG_CACHE_HOME: home }, [kustomize]), { remoteBases: false });
  });
  afterEach(async () => {
    await builder.close();
    rmSync(home, { recursive: true });
  });

  it('builds a folder with a kustomization', async () => {
    const ids = await idsOf(builder, 'path: ./apps', {
      'apps/kustomization.yaml': 'resources: [a.yaml, ../base]\nnamePrefix: x-\n',
      'apps/a.yaml': map('a'),
      'apps/other.yaml': map('other'),
      'base/kustomization.yaml': 'resources: [b.yaml]\n',
      'base/b.yaml': map('b'),
    });
    expect(ids).toEqual(['apps_x-a__ConfigMap', 'apps_x-b__ConfigMap']);
  });

  it('finds manifests where there is no kustomization, and takes folders that have one whole', async () => {
    const ids = await idsOf(builder, 'path: ./', {
      'README.md': '# Apps\n',
      'b.yml': map('b'),
      'a/deep/c.yaml': map('c'),
      'k/kustomization.yaml': 'resources: [d.yaml]\n',
      'k/d.yaml': map('d'),
      'k/left-out.yaml': map('left-out'),
    });
    expect(ids).toEqual(['apps_b__ConfigMap', 'apps_c__ConfigMap', 'apps_d__ConfigMap']);
  });

  it('builds nothing where there is nothing, which prunes all', async () => {
    expect(await idsOf(builder, 'path: apps', { 'apps/README.md': '' })).toEqual([]);
    expect(await idsOf(builder, 'path: apps', { 'apps/kustomization.yaml': 'resources: []\n' })).toEqual([]);
    expect(await idsOf(builder, 'path: apps', { 'apps/kustomization.yaml': '' })).toEqual([]);
    expect(await idsOf(builder, 'path: apps', { 'apps/link': '-> /etc' })).toEqual([]);
  });

  it('fails as the controller does', async () => {
    expect(await idsOf(builder, 'path: ./nowhere', { 'apps/a.yaml': map('a') })).toBe(
      'failed: kustomization path not found: stat nowhere: no such file or directory',
    );
    expect(await idsOf(builder, 'path: apps', { 'apps/values.yaml': 'replicas: 2\n' })).toBe(
      'failed: failed to decode Kubernetes YAML from apps/values.yaml: missing Resource metadata',
    );
    expect(await idsOf(builder, 'path: apps', { 'apps/broken.yaml': 'a: [\n' })).toMatch(
      /^failed: failed to decode Kubernetes YAML from apps\/broken.yaml: MalformedYAMLError/,
    );
    expect(
      await idsOf(builder, 'path: apps', { 'apps/kustomization.yaml': 'resources: [gone.yaml]\n' }),
    ).toMatch(
      /^failed: kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'gone.yaml': open apps\/gone.yaml: no such file or directory'/,
    );
    expect(
      await idsOf(builder, 'path: a', {
        'a/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'resources: [../a]\n',
      }),
    ).toMatch(/^failed: kustomize build failed: .*cycle detected/s);
    expect(await idsOf(builder, 'path: a', { 'a/kustomization.yaml': 'helmCharts: [{name: x}]\n' })).toMatch(
      /^failed: kustomize build failed: .*must specify --enable-helm/s,
    );
    expect(
      await idsOf(builder, 'path: .', { 'a.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n' }),
    ).toBe('failed: Secret/a namespace not specified: the server could not find the requested resource');
  });

  it('refuses what leads out of the source, before anything is run', async () => {
    for (const entry of ['../../etc', '/etc/passwd']) {
      expect(
        await idsOf(builder, 'path: apps', { 'apps/kustomization.yaml': `resources: [${entry}]\n` }),
      ).toMatch(/^failed: .*is not in or below the root/);
    }
  });

  it.each([
    ['resources', 'resources: ["https://example.invalid/x.yaml"]'],
    ['a repository', 'resources: ["github.com/org/repo//base?ref=v1"]'],
    ['a user', 'components: ["git@example.invalid:org/repo.git"]'],
    ['a patch', 'patches: [{path: "https://example.invalid/patch.yaml"}]'],
    ['a nested one', 'resources: [../base]'],
  ])('does not fetch a remote base: %s', async (_name, text) => {
    const found = await idsOf(builder, 'path: apps', {
      'apps/kustomization.yaml': `${text}\n`,
      'base/kustomization.yaml': 'resources: ["ssh://user:token@example.invalid/org/repo"]\n',
    });
    expect(found).toMatch(/^unknown: remote-base: flux-system\/apps cannot be built/);
    expect(found).not.toContain('token');
  });

  it('writes the spec into the kustomization', async () => {
    const files = {
      'apps/kustomization.yaml': 'resources: [a.yaml]\n',
      'apps/a.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: c, image: nginx:1}]}}}\n',
      'apps/more/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [b.yaml]\n',
      'apps/more/b.yaml': map('b'),
    };
    const spec = `path: apps
targetNamespace: shop
namePrefix: p-
nameSuffix: -s
components: [more, gone]
ignoreMissingComponents: true
images: [{name: nginx, newTag: "2"}]
commonMetadata: {labels: {team: shop}}
patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/spec/replicas", "value": 3}]'}]
`;
    expect(await idsOf(builder, spec, files)).toEqual([
      'shop_p-b-s__ConfigMap',
      'shop_p-web-s_apps_Deployment',
    ]);
    expect(await idsOf(builder, spec.replace('ignoreMissing', '# '), files)).toMatch(/^failed: .*gone/s);
    expect(await idsOf(builder, 'path: apps\ncomponents: ["https://example.invalid/x"]', files)).toBe(
      "failed: component path 'https://example.invalid/x' must be local and relative",
    );
  });

  it('puts variables into names and values', async () => {
    const files = { 'a.yaml': map('"web-${color}"', 'data: {size: "${size:=3}", kept: "$${color}"}\n') };
    expect(await idsOf(builder, 'path: .\npostBuild: {substitute: {color: red}}', files)).toEqual([
      'apps_web-red__ConfigMap',
    ]);
    const from = 'path: .\npostBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}';
    expect(await idsOf(builder, from, files)).toMatch(
      /^unknown: variable: variables of flux-system\/apps come from the ConfigMap flux-system\/vars, which is not in the repository/,
    );
    const vars =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {color: blue}\n';
    expect(await idsOf(builder, from, files, clusterOf(vars))).toEqual(['apps_web-blue__ConfigMap']);
    expect(await idsOf(builder, from, { 'a.yaml': map('plain') })).toEqual(['apps_plain__ConfigMap']);
    expect(await idsOf(builder, from, { 'a.yaml': map('plain', 'data: {a: "${color}"}\n') })).toEqual([
      'apps_plain__ConfigMap',
    ]);
  });
});
