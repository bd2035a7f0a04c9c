import { describe, expect, it } from 'vitest';
import type { ClusterModel, RepositoryModel } from '../../../src/flux/model/model.ts';
import { ownership, readModel } from '../../../src/flux/model/read-model.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { memorySnapshot, type Odd } from '../memory-snapshot.ts';
import { type Files, fleetUrl, fluxKustomization, homelab } from '../repositories.ts';
import { type PlainBuilder, plainBuilder } from './plain-builder.ts';

interface Asked {
  readonly paths?: readonly string[];
  readonly clusters?: readonly string[];
  readonly remotes?: readonly string[];
  readonly builder?: PlainBuilder;
}

function model(files: ReadonlyMap<string, string | Odd>, asked: Asked = {}): Promise<RepositoryModel> {
  return readModel(fakeSystem(), memorySnapshot(files), asked.builder ?? plainBuilder(), {
    git: null,
    paths: asked.paths ?? [],
    clusters: asked.clusters ?? [],
    remotes: asked.remotes ?? [],
  });
}

async function cluster(files: ReadonlyMap<string, string | Odd>, asked: Asked = {}): Promise<ClusterModel> {
  const [first] = (await model(files, asked)).clusters;
  if (first === undefined) throw new Error('no cluster');
  return first;
}

/** `${NAME}`, as Flux substitutes it. */
function variable(name: string): string {
  return `\${${name}}`;
}

function changed(files: Files, ...changes: readonly [string, string | null][]): Files {
  const result = new Map(files);
  for (const [path, text] of changes) {
    if (text === null) result.delete(path);
    else result.set(path, text);
  }
  return result;
}

describe('a homelab', () => {
  it('is read from gotk-sync.yaml on, through what is built', async () => {
    const read = await cluster(homelab());
    expect(read).toMatchObject({
      name: 'clusters/homelab',
      entry: {
        kind: 'gotk-sync',
        file: 'clusters/homelab/flux-system/gotk-sync.yaml',
        kustomization: 'flux-system/flux-system',
      },
      unknowns: [],
    });
    expect([...read.kustomizations.keys()].sort()).toEqual(
      ['flux-system', 'grafana', 'infra-configs', 'infra-controllers', 'infra-sources', 'podinfo'].map(
        (name) => `flux-system/${name}`,
      ),
    );
    expect([...read.sources.keys()].sort()).toEqual([
      'GitRepository/flux-system/flux-system',
      'HelmRepository/flux-system/jetstack',
    ]);
    expect(read.sources.get('GitRepository/flux-system/flux-system')?.content).toEqual({
      kind: 'repository',
      follows: true,
      revision: null,
    });
  });

  it('knows where each Kustomization is written, and who has it', async () => {
    const read = await cluster(homelab());
    const places = [...read.kustomizations].map(([key, { place, owners }]) => [
      key,
      place?.file,
      place?.line,
      owners,
    ]);
    expect(places).toContainEqual([
      'flux-system/infra-controllers',
      'clusters/homelab/infrastructure.yaml',
      18,
      ['flux-system/flux-system'],
    ]);
    expect(places).toContainEqual([
      'flux-system/flux-system',
      'clusters/homelab/flux-system/gotk-sync.yaml',
      16,
      ['flux-system/flux-system'],
    ]);
  });

  it('places Kustomizations whose names are made by others, and none where two files are as likely', async () => {
    const files = changed(
      homelab({ apps: ['podinfo'] }),
      [
        'clusters/homelab/apps.yaml',
        fluxKustomization('apps', 'apps', '  postBuild: {substitute: {APP: web}}\n'),
      ],
      ['apps/a.yaml', fluxKustomization('x', 'web').replace('name: x', `name: ${variable('APP')}-db`)],
      ['apps/b.yaml', fluxKustomization('twice', 'twice')],
      ['apps/c.yaml', fluxKustomization('twice', 'twice')],
    );
    const { kustomizations } = await cluster(files);
    expect(kustomizations.get('flux-system/web-db')?.place).toEqual({ file: 'apps/a.yaml', line: 1 });
    expect(kustomizations.get('flux-system/twice')?.place).toBeNull();
  });

  it('builds each once: those with variables after what has them', async () => {
    const builder = plainBuilder();
    const read = await cluster(homelab(), { builder });
    // the entry once more beside gotk-sync.yaml, as bootstrap does it
    expect([...builder.built].sort()).toEqual(
      ['flux-system/flux-system', ...read.kustomizations.keys()].sort(),
    );
    const { build } = read.kustomizations.get('flux-system/podinfo') ?? {};
    const config =
      build?.kind === 'built' ? build.objects.find(({ identity }) => identity.kind === 'ConfigMap') : null;
    expect(JSON.stringify(config?.manifest)).toContain('podinfo.homelab.example.com');
  });

  it('says of each object who has it', async () => {
    const owned = ownership(await cluster(homelab()));
    expect(owned.get('podinfo_podinfo_apps_Deployment')?.owners).toEqual(['flux-system/podinfo']);
    expect(owned.get('_podinfo__Namespace')?.object.identity.kind).toBe('Namespace');
  });
});

describe('the fixpoint', () => {
  it('builds again what a variable that appears later changes', async () => {
    const files = changed(
      homelab({ apps: ['podinfo'] }),
      ['clusters/homelab/cluster-settings.yaml', null],
      [
        'infrastructure/configs/settings.yaml',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cluster-settings, namespace: flux-system}\ndata: {CLUSTER_DOMAIN: late.example.com, APPS: more}\n',
      ],
      [
        'apps/podinfo/more.yaml',
        fluxKustomization('more', 'more').replace('name: more', `name: ${variable('APPS')}`),
      ],
      ['more/config.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: default}\n'],
    );
    const read = await cluster(files);
    expect(read.kustomizations.get('flux-system/more')?.owners).toEqual(['flux-system/podinfo']);
    expect(ownership(read).has('default_more__ConfigMap')).toBe(true);
  });

  it('takes the entry as its own build makes it', async () => {
    const files = homelab();
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    files.set(
      'clusters/homelab/other.yaml',
      (sync.split('---\n')[2] ?? '').replace('prune: true', 'prune: true\n  wait: true'),
    );
    files.set('clusters/homelab/flux-system/gotk-sync.yaml', sync.split('---\n').slice(0, 2).join('---\n'));
    files.set('elsewhere/entry.yaml', '');
    const read = await cluster(files, { paths: ['clusters/homelab'] });
    expect(read.kustomizations.get('flux-system/flux-system')?.kustomization.spec.wait).toBe(true);
  });

  it('ends where Kustomizations have each other, and where one has itself', async () => {
    const files = changed(
      homelab(),
      ['apps/podinfo/back.yaml', fluxKustomization('grafana', 'apps/grafana')],
      [
        'apps/grafana/back.yaml',
        fluxKustomization('podinfo', 'apps/podinfo') +
          '---\n' +
          fluxKustomization('grafana', 'apps/grafana', '  wait: true\n'),
      ],
    );
    const read = await cluster(files);
    expect([...(read.kustomizations.get('flux-system/grafana')?.owners ?? [])].sort()).toEqual([
      'flux-system/flux-system',
      'flux-system/grafana',
      'flux-system/podinfo',
    ]);
    expect(read.kustomizations.get('flux-system/grafana')?.kustomization.spec.wait).toBe(false);
  });

  it('gives up on a Kustomization that is another one each time, and says so', async () => {
    const files = changed(
      homelab({ apps: ['podinfo'] }),
      [
        'apps/podinfo/vars.yaml',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: turning, namespace: flux-system}\ndata: {TURN: "' +
          variable('TURN') +
          'x"}\n',
      ],
      [
        'clusters/homelab/apps.yaml',
        fluxKustomization(
          'podinfo',
          'apps/podinfo',
          '  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: turning}]\n',
        ),
      ],
    );
    const { unknowns } = await cluster(files);
    expect(unknowns).toMatchObject([{ reason: 'variable', subject: 'flux-system/podinfo' }]);
  });

  it('does not look for Kustomizations in what goes to another cluster', async () => {
    const files = changed(
      homelab({ apps: ['podinfo'] }),
      [
        'clusters/homelab/apps.yaml',
        fluxKustomization('podinfo', 'apps/podinfo', '  kubeConfig: {secretRef: {name: edge}}\n'),
      ],
      ['apps/podinfo/more.yaml', fluxKustomization('more', 'more')],
    );
    const read = await cluster(files);
    expect(read.kustomizations.has('flux-system/podinfo')).toBe(true);
    expect(read.kustomizations.has('flux-system/more')).toBe(false);
    expect(ownership(read).has('podinfo_podinfo_apps_Deployment')).toBe(false);
  });

  it('fails a build that has a Kustomization which the API server refuses', async () => {
    const files = changed(homelab(), [
      'infrastructure/configs/bad.yaml',
      fluxKustomization('bad', 'apps').replace('prune: true', 'prune: 1'),
    ]);
    const { build } = (await cluster(files)).kustomizations.get('flux-system/infra-configs') ?? {};
    expect(build).toMatchObject({
      kind: 'failed',
      message: 'Kustomization flux-system/bad: ["spec"]["prune"] has to be true or false, and is a number',
    });
  });
});

describe('sources', () => {
  const repository = (name: string, spec: string) =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}, namespace: flux-system}\nspec:\n  interval: 1m\n${spec}`;
  const from = (name: string, kind = 'GitRepository') =>
    fluxKustomization('apps', 'apps').replace(
      'kind: GitRepository\n    name: flux-system',
      `kind: ${kind}\n    name: ${name}`,
    );

  it('follow with the entry, under another spelling of its address', async () => {
    const files = changed(
      homelab(),
      ['clusters/homelab/apps.yaml', from('again')],
      [
        'clusters/homelab/again.yaml',
        repository(
          'again',
          '  url: https://github.com/Example/fleet.git\n  ref: {name: refs/heads/main}\n  ignore: |\n    config.yaml\n',
        ),
      ],
    );
    const read = await cluster(files);
    const source = read.sources.get('GitRepository/flux-system/again');
    expect(source?.content).toEqual({ kind: 'repository', follows: true, revision: null });
    expect(source?.tree?.files.some(({ path }) => path.endsWith('config.yaml'))).toBe(false);
    expect(ownership(read).has('podinfo_podinfo__ConfigMap')).toBe(false);
    expect(ownership(read).has('podinfo_podinfo_apps_Deployment')).toBe(true);
  });

  it.each([
    [
      repository('other', '  url: https://github.com/example/other\n'),
      'GitRepository',
      'opaque-source',
      'lies elsewhere (https://github.com/example/other)',
    ],
    [
      repository('other', '  url: https://user:hunter2@github.com/example/other\n'),
      'GitRepository',
      'opaque-source',
      'lies elsewhere (https://github.com/example/other)',
    ],
    [
      repository('other', `  url: ${fleetUrl}\n  ref: {tag: v1}\n`),
      'GitRepository',
      'no-revision',
      'follows tag v1 of this repository',
    ],
    ['', 'GitRepository', 'opaque-source', 'is named, and no Kustomization of the repository applies it'],
    [
      'apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: other, namespace: flux-system}\nspec: {url: oci://registry.example.com/apps}\n',
      'OCIRepository',
      'opaque-source',
      'oci://registry.example.com/apps',
    ],
    ['', 'ExternalArtifact', 'opaque-source', 'ExternalArtifact flux-system/other is made in the cluster'],
  ])('are opaque elsewhere: %#', async (manifest, kind, reason, message) => {
    const files = changed(homelab(), ['clusters/homelab/apps.yaml', from('other', kind)]);
    if (manifest !== '') files.set('clusters/homelab/other.yaml', manifest);
    const read = await cluster(files);
    const node = read.kustomizations.get('flux-system/apps');
    expect(node).toMatchObject({ tree: null, build: { kind: 'unknown', unknowns: [{ reason }] } });
    expect(read.unknowns).toMatchObject([{ reason, message: expect.stringContaining(message) }]);
    expect(JSON.stringify(read.unknowns)).not.toContain('hunter2');
  });

  it('take in other sources where they are told to', async () => {
    const files = changed(
      homelab(),
      ['clusters/homelab/apps.yaml', from('composed').replace('./apps', './vendor')],
      ['clusters/homelab/lib.yaml', repository('lib', `  url: ${fleetUrl}\n  ref: {branch: main}\n`)],
      [
        'clusters/homelab/composed.yaml',
        repository(
          'composed',
          `  url: ${fleetUrl}\n  ref: {branch: main}\n  include: [{repository: {name: lib}, fromPath: apps/grafana, toPath: vendor}]\n`,
        ),
      ],
    );
    const read = await cluster(files);
    expect(ownership(read).get('grafana_grafana_apps_Deployment')?.owners).toEqual(['flux-system/apps']);
  });

  it('that include each other, or a folder that is not there to check out, fail', async () => {
    const files = changed(
      homelab(),
      ['clusters/homelab/apps.yaml', from('a')],
      [
        'clusters/homelab/a.yaml',
        repository('a', `  url: ${fleetUrl}\n  ref: {branch: main}\n  include: [{repository: {name: b}}]\n`),
      ],
      [
        'clusters/homelab/b.yaml',
        repository('b', `  url: ${fleetUrl}\n  ref: {branch: main}\n  include: [{repository: {name: a}}]\n`),
      ],
    );
    expect((await cluster(files)).unknowns).toMatchObject([
      { reason: 'opaque-source', subject: 'GitRepository/flux-system/a' },
    ]);
    files.set(
      'clusters/homelab/a.yaml',
      repository('a', `  url: ${fleetUrl}\n  ref: {branch: main}\n  sparseCheckout: [./apps, nowhere]\n`),
    );
    expect((await cluster(files)).unknowns).toMatchObject([
      { message: expect.stringContaining("sparse checkout dir 'nowhere' does not exist") },
    ]);
  });
});

describe('several clusters', () => {
  const both = () =>
    new Map([
      ...homelab({ path: 'clusters/prod' }),
      ...homelab({ path: 'clusters/staging', apps: ['podinfo'] }),
    ]);

  it('are read each by itself', async () => {
    const { clusters } = await model(both());
    expect(clusters.map(({ name, kustomizations }) => [name, kustomizations.size])).toEqual([
      ['clusters/prod', 6],
      ['clusters/staging', 5],
    ]);
    expect(clusters[1]?.kustomizations.get('flux-system/podinfo')?.place?.file).toBe(
      'clusters/staging/apps.yaml',
    );
  });

  it('can be chosen by the last part of their path', async () => {
    const { clusters } = await model(both(), { clusters: ['staging'] });
    expect(clusters.map(({ name }) => name)).toEqual(['clusters/staging']);
    await expect(model(both(), { clusters: ['stagin'] })).rejects.toMatchObject({
      code: 'flux.not-found',
      hint: expect.stringContaining('Did you mean staging?'),
    });
  });
});

describe('entries', () => {
  it('have any name, as long as the path leads to them', async () => {
    const files = homelab();
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    files.delete('clusters/homelab/flux-system/gotk-sync.yaml');
    files.set('clusters/homelab/flux-system/cluster.yaml', sync);
    expect((await cluster(files)).entry.file).toBe('clusters/homelab/flux-system/cluster.yaml');
  });

  it('can be made ready for bootstrap, empty', async () => {
    const files = homelab();
    files.set('clusters/homelab/flux-system/gotk-sync.yaml', '# to come\n');
    const read = await cluster(files);
    expect(read.entry).toMatchObject({ kind: 'gotk-sync', kustomization: 'flux-system/flux-system' });
    expect(read.kustomizations.size).toBe(6);
  });

  it('are no Kustomizations that another cluster has, with a repository of their own beside them', async () => {
    const files = homelab({ apps: ['podinfo'] });
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    files.set(
      'apps/podinfo/crds.yaml',
      sync.replaceAll('name: flux-system', 'name: crds').replace('./clusters/homelab', './apps/podinfo'),
    );
    expect((await model(files)).clusters.map(({ name }) => name)).toEqual(['clusters/homelab']);
  });

  it('are found by the address of this repository, wherever they lie', async () => {
    const files = homelab();
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    files.delete('clusters/homelab/flux-system/gotk-sync.yaml');
    files.set('bootstrap/sync.yaml', sync);
    await expect(model(files)).rejects.toMatchObject({ code: 'flux.no-entry' });
    const read = await cluster(files, { remotes: ['git@github.com:example/fleet.git'] });
    expect(read.entry.file).toBe('bootstrap/sync.yaml');
  });

  it('are no Kustomizations of tenants, whose source is this repository too', async () => {
    const files = homelab({ apps: ['podinfo'] });
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    const tenant = sync
      .replaceAll('name: flux-system', 'name: tenant')
      .replace('./clusters/homelab', './apps/podinfo');
    files.set('clusters/homelab/tenant.yaml', tenant);
    files.set(
      'clusters/homelab/broken.yaml',
      fluxKustomization('broken', 'apps').replace('prune: true', 'prune: 1'),
    );
    const { clusters } = await model(files, { remotes: [fleetUrl] });
    expect(clusters.map(({ name }) => name)).toEqual(['clusters/homelab']);
  });

  it.each([
    [
      'a FluxInstance',
      'apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec:\n  sync: {kind: GitRepository, url: https://github.com/example/fleet, ref: refs/heads/main, path: clusters/homelab}\n',
    ],
    [
      'a HelmRelease of one',
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: flux-instance}\nspec:\n  values:\n    instance:\n      sync: {kind: GitRepository, url: https://github.com/example/fleet, ref: refs/heads/main, path: clusters/homelab}\n',
    ],
    [
      'values of one',
      'instance:\n  sync: {kind: GitRepository, url: https://github.com/example/fleet, ref: refs/heads/main, path: ./clusters/homelab}\n',
    ],
  ])('can be %s', async (_, text) => {
    const files = changed(
      homelab(),
      ['clusters/homelab/flux-system/gotk-sync.yaml', null],
      ['clusters/homelab/flux-system/instance.yaml', text],
    );
    const read = await cluster(files);
    expect(read).toMatchObject({
      name: 'clusters/homelab',
      entry: {
        kind: 'flux-instance',
        file: 'clusters/homelab/flux-system/instance.yaml',
        kustomization: 'flux-system/flux-system',
      },
    });
    expect(read.kustomizations.size).toBe(6);
    expect(read.kustomizations.get('flux-system/flux-system')?.owners).toEqual([]);
  });

  it('of a FluxInstance stay as the operator makes them, whatever a Kustomization has of the same name', async () => {
    const files = homelab();
    const sync = 'clusters/homelab/flux-system/gotk-sync.yaml';
    files.set('clusters/homelab/old.yaml', (files.get(sync) ?? '').replace('./clusters/homelab', './apps'));
    files.set(
      'instance.yaml',
      'apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec:\n  sync: {kind: GitRepository, url: https://github.com/example/fleet, ref: refs/heads/main, path: clusters/homelab}\n',
    );
    files.delete(sync);
    const entry = (await cluster(files)).kustomizations.get('flux-system/flux-system');
    expect(entry?.kustomization.spec.path).toBe('clusters/homelab');
    expect(entry?.owners).toEqual(['flux-system/flux-system']);
  });

  it('may sync with an artifact that is made of the repository: opaque, unless the path is asked for', async () => {
    const files = changed(
      homelab(),
      ['clusters/homelab/flux-system/gotk-sync.yaml', null],
      [
        'clusters/homelab/flux-system/instance.yaml',
        'apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec:\n  sync: {kind: OCIRepository, url: oci://registry.example.com/fleet, ref: latest, path: clusters/homelab}\n',
      ],
    );
    const opaque = await cluster(files);
    expect(opaque.kustomizations.size).toBe(1);
    expect(opaque.unknowns).toMatchObject([
      { reason: 'opaque-source', fix: expect.stringContaining('--path clusters/homelab') },
    ]);
    const read = await cluster(files, { paths: ['clusters/homelab'] });
    expect(read.kustomizations.get('flux-system/flux-system')?.build.kind).toBe('built');
  });

  it('may sync with an artifact of a folder, from where its paths lead', async () => {
    const files: Files = new Map();
    for (const [path, text] of homelab())
      files.set(
        `kubernetes/${path}`,
        text.replaceAll('kind: GitRepository\n    name:', 'kind: OCIRepository\n    name:'),
      );
    files.delete('kubernetes/clusters/homelab/flux-system/gotk-sync.yaml');
    const read = await cluster(files, { paths: ['kubernetes/clusters/homelab'] });
    expect(read.name).toBe('clusters/homelab');
    expect(read.kustomizations.size).toBe(6);
    expect([...read.kustomizations.values()].map(({ build }) => build.kind)).not.toContain('failed');
    expect(read.kustomizations.get('flux-system/podinfo')?.place?.file).toBe(
      'kubernetes/clusters/homelab/apps.yaml',
    );
  });

  it('of another repository are not ours', async () => {
    const files = changed(
      homelab(),
      ['clusters/homelab/flux-system/gotk-sync.yaml', null],
      [
        'examples/instance.yaml',
        'apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec:\n  sync: {kind: GitRepository, url: https://github.com/else/fleet, ref: refs/heads/main, path: clusters/theirs}\n',
      ],
    );
    await expect(model(files)).rejects.toMatchObject({ code: 'flux.no-entry' });
  });

  it('can be a path alone: sources are named as its Kustomizations name them', async () => {
    const files = changed(homelab(), ['clusters/homelab/flux-system/gotk-sync.yaml', null]);
    for (const [path, text] of files)
      files.set(
        path,
        text.replaceAll('kind: GitRepository\n    name: flux-system', 'kind: GitRepository\n    name: fleet'),
      );
    const read = await cluster(files, { paths: ['./clusters/homelab/'] });
    expect(read.entry).toEqual({ kind: 'path', file: null, kustomization: 'flux-system/flux-system' });
    expect(read.sources.get('GitRepository/flux-system/fleet')?.content.kind).toBe('repository');
    expect(read.kustomizations.size).toBe(6);
    expect(read.unknowns).toEqual([]);
  });

  it('that are missing are asked for', async () => {
    const files: ReadonlyMap<string, string> = new Map([['apps/a.yaml', fluxKustomization('a', 'b')]]);
    await expect(model(files)).rejects.toMatchObject({
      code: 'flux.no-entry',
      message: expect.stringContaining(
        'it has 1 Kustomization of Flux, but nothing says where a cluster begins',
      ),
      hint: expect.stringContaining('--path apps.'),
    });
    await expect(model(files, { paths: ['app'] })).rejects.toMatchObject({
      code: 'flux.not-found',
      hint: 'Did you mean --path apps?',
    });
  });

  it('that the API server refuses are refused with their place', async () => {
    const files = homelab();
    const sync = files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '';
    files.set(
      'clusters/homelab/flux-system/gotk-sync.yaml',
      sync.replace('prune: true', 'prune: yes please'),
    );
    await expect(model(files)).rejects.toMatchObject({
      code: 'flux.manifest',
      place: { file: 'clusters/homelab/flux-system/gotk-sync.yaml', line: 24, path: ['spec', 'prune'] },
    });
  });
});

describe('bad files', () => {
  it('are passed over where they do not matter', async () => {
    const files = new Map<string, string | Odd>([
      ...homelab(),
      ['broken.yaml', 'kustomize.toolkit.fluxcd.io/v1: [\n'],
      ['binary.yaml', '\0fluxcd.\0'],
      ['away', { link: '../../etc' }],
      ['apps.yaml', { link: 'apps' }],
      ['module', 'submodule'],
      ['gone.yaml', 'unreadable'],
    ]);
    const read = await cluster(files);
    expect(read.kustomizations.size).toBe(6);
    expect(read.unknowns).toEqual([]);
  });
});
