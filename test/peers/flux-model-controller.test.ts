// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { afterEach, expect, it } from 'vitest';
import type { ClusterModel } from '../../src/flux/model/model.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { changesBetween } from '../../src/flux/plan/changes-between.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { summary } from '../flux/build/scene.ts';
import { fluxKustomization } from '../flux/repositories.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const controller = (version: string, args = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kustomize-controller, namespace: flux-system}\nspec: {template: {spec: {containers: [{name: manager, image: "ghcr.io/fluxcd/kustomize-controller:${version}", args: [${args}]}]}}}\n`;
const some = '  postBuild: {substitute: {some: "1"}}\n';
const map = (name: string, data = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: apps}\ndata: ${data}\n`;
const definition =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Thing}}\n';
const thing = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x, namespace: apps}\n';

describePeers('builds of a model', ['git', 'kustomize'], ({ kustomize }) => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function open(files: Readonly<Record<string, string>>) {
    const repository = new TestRepository();
    ends.push(() => repository.remove());
    for (const [file, text] of Object.entries(files)) repository.write(file, text);
    repository.commit();
    const { PATH: _, ...env } = repository.env;
    const workspace = await openWorkspace(realSystem(env, [kustomize]), {
      folder: repository.folder,
      paths: ['cluster'],
      clusters: [],
      remoteBases: false,
    });
    ends.push(() => workspace.close());
    const model = async (revision: string | null = null) =>
      workspace.model(await workspace.snapshot(revision));
    const cluster = async (): Promise<ClusterModel> => {
      const [first] = (await model()).clusters;
      if (first === undefined) throw new TypeError('no cluster');
      return first;
    };
    return { repository, workspace, model, cluster };
  }

  function built({ kustomizations }: ClusterModel, name: string) {
    const node = kustomizations.get(`flux-system/${name}`);
    return node === undefined ? 'none' : summary(node.build);
  }

  it.each([
    ['of today', controller('v1.9.6'), /^failed: .*variable not set \(strict mode\): "HOME"/],
    ['before Flux 2.9', controller('v1.8.1'), /^apps_a__ConfigMap$/],
    [
      'with the gate switched off',
      controller('v1.9.6', '--feature-gates=StrictPostBuildSubstitutions=false'),
      /^apps_a__ConfigMap$/,
    ],
    ['that is not in the repository', map('none'), /^failed: .*strict mode/],
  ])('follow the controller %s', async (_title, installed, wanted) => {
    const { cluster } = await open({
      'cluster/flux.yaml': installed,
      'cluster/app.yaml': fluxKustomization('app', 'app', some),
      'app/map.yaml': map('a', '{x: "${HOME}"}'),
    });
    expect([built(await cluster(), 'app')].flat().join()).toMatch(wanted);
  });

  it('know the scopes that definitions of other Kustomizations give, in a plan too', async () => {
    const { repository, workspace, model, cluster } = await open({
      'cluster/a-things.yaml': fluxKustomization('things', 'things'),
      'cluster/definitions.yaml': fluxKustomization('definitions', 'definitions'),
      'definitions/thing.yaml': definition,
      'things/thing.yaml': thing,
    });
    expect(built(await cluster(), 'things')).toEqual(['_x_example.com_Thing']);
    const base = await model('HEAD');
    repository.write('things/more.yaml', thing.replace('name: x', 'name: y'));
    const [change] = await changesBetween(workspace, base, await model());
    const view = change?.kustomizations.get('flux-system/things')?.view('base', 'head');
    expect(summary(view ?? { kind: 'unknown', unknowns: [] })).toEqual([
      '_x_example.com_Thing',
      '_y_example.com_Thing',
    ]);
  });

  it('know nothing of a Kustomization whose path has a variable that is not known', async () => {
    const { cluster } = await open({
      'cluster/outer.yaml': fluxKustomization(
        'outer',
        'outer',
        '  postBuild: {substituteFrom: [{kind: ConfigMap, name: none}]}\n',
      ),
      'outer/inner.yaml': fluxKustomization('inner', 'apps/${DIR}'),
      'outer/valued.yaml': fluxKustomization(
        'valued',
        'valued',
        '  postBuild: {substitute: {x: "${DIR}"}}\n',
      ),
      'outer/named.yaml': fluxKustomization('named', 'named', '  postBuild: {substitute: {x: "${DIR}"}}\n'),
      'apps/map.yaml': map('a'),
      'valued/map.yaml': map('v', '{x: "${x}"}'),
      'named/map.yaml': map('"n-${x}"'),
    });
    const read = await cluster();
    expect(built(read, 'outer')).toHaveLength(3);
    const why = (name: string) =>
      `unknown: variable: the spec of flux-system/${name} has variables whose value is not known`;
    expect(built(read, 'inner')).toBe(why('inner'));
    expect(built(read, 'named')).toBe(why('named'));
    expect(built(read, 'valued')).toEqual(['apps_v__ConfigMap']);
    expect(read.unknowns.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['flux-system/outer', 'flux-system/valued']),
    );
  });
});
