import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { editedSnapshot } from '../../src/flux/model/edited-snapshot.ts';
import type { ClusterModel } from '../../src/flux/model/model.ts';
import { ownership } from '../../src/flux/model/read-model.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import type { Workspace, WorkspaceOptions } from '../../src/flux/workspace.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { buildKey, sealed } from '../flux/build/sealed.ts';
import { type Files, fleetUrl, fluxKustomization, homelab, kustomizationFile } from '../flux/repositories.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const appSecret = `apiVersion: v1
kind: Secret
metadata:
  name: podinfo
  namespace: podinfo
stringData:
  token: a-test-token
`;

describePeers('the model of a repository', ['git', 'kustomize', 'sops'], ({ git, kustomize, sops }) => {
  const repositories: TestRepository[] = [];
  const workspaces: Workspace[] = [];
  const encrypted = (text: string) =>
    sealed(sops, 'secret.yaml', text, ['--encrypted-regex', '^(data|stringData)$']);

  function repositoryWith(files: Files, options: { readonly git?: boolean } = {}): TestRepository {
    const repository = new TestRepository(options);
    repositories.push(repository);
    for (const [file, text] of files) repository.write(file, text);
    if (options.git !== false) {
      repository.git('remote', 'add', 'origin', 'https://github.com/example/fleet');
      repository.commit();
    }
    return repository;
  }

  async function open(
    repository: { readonly folder: string; readonly env: Record<string, string> },
    options: Partial<WorkspaceOptions> & { readonly key?: boolean; readonly kustomize?: boolean } = {},
  ): Promise<Workspace> {
    const key = options.key === false ? {} : { SOPS_AGE_KEY: buildKey.identity };
    const { PATH: _, ...env } = repository.env;
    const only = options.kustomize === false ? { PATH: pathWith(repository.folder, git) } : {};
    const workspace = await openWorkspace(realSystem({ ...env, ...key, ...only }, [kustomize]), {
      folder: repository.folder,
      paths: [],
      clusters: [],
      remoteBases: false,
      ...options,
    });
    workspaces.push(workspace);
    return workspace;
  }

  /** A PATH with one program on it: systems have kubectl beside git. */
  function pathWith(folder: string, program: string): string {
    const only = path.join(folder, '..', 'only');
    mkdirSync(only);
    symlinkSync(program, path.join(only, path.basename(program)));
    return only;
  }

  async function read(workspace: Workspace, revision: string | null = null): Promise<ClusterModel> {
    const [cluster] = (await workspace.model(await workspace.snapshot(revision))).clusters;
    if (cluster === undefined) throw new Error('no cluster');
    return cluster;
  }

  afterEach(async () => {
    for (const workspace of workspaces.splice(0)) await workspace.close();
  });
  afterAll(() => {
    for (const repository of repositories) repository.remove();
  });

  const kinds = (cluster: ClusterModel) =>
    Object.fromEntries(
      [...cluster.kustomizations].map(([key, { build }]) => [key.split('/')[1], build.kind]),
    );

  it('is of the working tree, of any revision, and of edits that are written nowhere', async () => {
    const repository = repositoryWith(homelab());
    const first = repository.git('rev-parse', 'HEAD').trim();
    repository.git('rm', '-q', 'apps/grafana/config.yaml');
    repository.write(
      'apps/grafana/kustomization.yaml',
      kustomizationFile(['namespace.yaml', 'deployment.yaml']),
    );
    repository.commit();
    repository.write(
      'apps/podinfo/extra.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, namespace: podinfo}\n',
    );
    repository.write('apps/podinfo/kustomization.yaml', kustomizationFile(['extra.yaml']));
    const workspace = await open(repository);
    expect(workspace.root).toBe(repository.folder);
    const ids = async (revision: string | null) => [...ownership(await read(workspace, revision)).keys()];
    expect(await ids(first)).toContain('grafana_grafana__ConfigMap');
    const head = await ids('HEAD');
    expect(head).not.toContain('grafana_grafana__ConfigMap');
    expect(head).toContain('podinfo_podinfo__ConfigMap');
    const now = await ids(null);
    expect(now).not.toContain('podinfo_podinfo__ConfigMap');
    expect(now).toContain('podinfo_extra__ConfigMap');

    const snapshot = await workspace.snapshot('HEAD');
    const edits = new Map([['clusters/homelab/apps.yaml', null]]);
    const [edited] = (await workspace.model(editedSnapshot(snapshot, edits))).clusters;
    expect([...(edited?.kustomizations.keys() ?? [])]).not.toContain('flux-system/podinfo');
    expect(kinds(await read(workspace, 'HEAD'))['podinfo']).toBe('built');
  });

  it('has the decryption that a patch beside gotk-sync.yaml adds, from the first build on', async () => {
    const files = homelab({ secret: encrypted(appSecret) });
    const inTheEntry = appSecret
      .replaceAll('podinfo', 'homelab')
      .replace('stringData', 'data')
      .replace('a-test-token', 'YQ==');
    files.set(
      'clusters/homelab/secret.yaml',
      encrypted(inTheEntry.replace('namespace: homelab', 'namespace: flux-system')),
    );
    const cluster = await read(await open(repositoryWith(files)));
    const entry = cluster.kustomizations.get('flux-system/flux-system');
    expect(entry?.kustomization.spec.decryption).toEqual({
      provider: 'sops',
      secretName: 'sops-age',
      serviceAccountName: null,
    });
    expect(cluster.unknowns).toEqual([]);
    expect(ownership(cluster).get('flux-system_homelab__Secret')?.owners).toEqual([
      'flux-system/flux-system',
    ]);
    // without the patch the controller refuses the build, and nothing else is reached
    const bare = await read(await open(repositoryWith(new Map([...files, ...withoutPatch]))));
    expect(kinds(bare)).toEqual({ 'flux-system': 'failed' });
  });

  const withoutPatch: [string, string][] = [
    [
      'clusters/homelab/flux-system/kustomization.yaml',
      kustomizationFile(['gotk-components.yaml', 'gotk-sync.yaml']),
    ],
  ];

  it('takes variables from a ConfigMap that the Kustomization has itself: it is in the cluster by then', async () => {
    const files = homelab({ apps: ['podinfo'] });
    const sync = 'clusters/homelab/flux-system/gotk-sync.yaml';
    const own = '  postBuild:\n    substituteFrom:\n      - {kind: ConfigMap, name: cluster-settings}\n';
    files.set(sync, `${files.get(sync)}${own}`);
    const named = fluxKustomization('more', 'apps/podinfo').replace(
      'name: more',
      'name: more-$'.concat('{ZONE}'),
    );
    files.set('clusters/homelab/more.yaml', named);
    const settings = files.get('clusters/homelab/cluster-settings.yaml') ?? '';
    files.set('clusters/homelab/cluster-settings.yaml', `${settings}  ZONE: vienna\n`);
    const cluster = await read(await open(repositoryWith(files)));
    expect(cluster.unknowns).toEqual([]);
    expect(cluster.kustomizations.get('flux-system/more-vienna')?.place?.file).toBe(
      'clusters/homelab/more.yaml',
    );
  });

  it('tells ids, but no values, where no identity opens a Secret', async () => {
    const cluster = await read(
      await open(repositoryWith(homelab({ secret: encrypted(appSecret) })), { key: false }),
    );
    expect(ownership(cluster).has('podinfo_podinfo__Secret')).toBe(true);
    expect(cluster.unknowns).toMatchObject([{ reason: 'missing-key' }]);
  });

  it('follows a FluxInstance, its patches of the Kustomization in force, those of controllers aside', async () => {
    const files = homelab({ decryption: false });
    files.delete('clusters/homelab/flux-system/gotk-sync.yaml');
    files.delete('clusters/homelab/flux-system/kustomization.yaml');
    files.set(
      'clusters/homelab/flux-system/instance.yaml',
      `apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata:
  name: flux
  namespace: flux-system
spec:
  cluster:
    domain: cluster.local
  sync:
    kind: GitRepository
    url: https://github.com/example/fleet.git
    ref: refs/heads/main
    path: clusters/homelab
  kustomize:
    patches:
      - target: {kind: Deployment, name: "(kustomize-controller|source-controller)"}
        patch: |
          - op: add
            path: /spec/template/spec/containers/0/args/-
            value: --concurrent=10
      - patch: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: source-controller}
          spec: {replicas: 1}
      - target: {kind: Kustomization}
        patch: |
          - op: add
            path: /spec/decryption
            value: {provider: sops, secretRef: {name: sops-age}}
      - target: {kind: GitRepository}
        patch: |
          - op: add
            path: /spec/ignore
            value: |
              /apps/grafana
`,
    );
    const cluster = await read(await open(repositoryWith(files)));
    expect(cluster.entry.kind).toBe('flux-instance');
    const entry = cluster.kustomizations.get('flux-system/flux-system')?.kustomization;
    expect(entry?.spec.decryption?.secretName).toBe('sops-age');
    expect(entry?.annotations.get('kustomize.toolkit.fluxcd.io/prune')).toBe('Disabled');
    expect(entry?.labels.size).toBe(0);
    // its source leaves grafana out
    expect(kinds(cluster)).toMatchObject({ podinfo: 'built', grafana: 'failed' });
  });

  it('reads branches, tags and ranges of this repository where git has them, and says so where not', async () => {
    const files = homelab({ apps: ['podinfo'] });
    const source = (name: string, ref: string) => `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${name}, namespace: flux-system}
spec: {interval: 1m, url: "${fleetUrl}", ref: ${ref}}
---
${fluxKustomization(name, 'apps/podinfo').replace('name: flux-system\n', `name: ${name}\n`).replace('kind: GitRepository\n    name: flux-system', `kind: GitRepository\n    name: ${name}`)}`;
    const refs = {
      tagged: '{tag: v1.1.0}',
      range: '{semver: "1.x"}',
      branch: '{branch: next}',
      gone: '{branch: gone}',
    };
    files.set(
      'clusters/homelab/more.yaml',
      Object.entries(refs)
        .map(([name, ref]) => source(name, ref))
        .join(''),
    );
    const repository = repositoryWith(files);
    repository.git('tag', 'v1.1.0');
    repository.git('rm', '-q', 'apps/podinfo/config.yaml');
    repository.write(
      'apps/podinfo/kustomization.yaml',
      kustomizationFile(['namespace.yaml', 'deployment.yaml']),
    );
    const second = repository.commit();
    repository.git('tag', 'v1.2.0');
    repository.git('branch', 'next');
    repository.git('rm', '-q', '-r', 'apps/podinfo');
    repository.commit();
    const cluster = await read(await open(repository));
    const content = (name: string) => cluster.sources.get(`GitRepository/flux-system/${name}`)?.content;
    expect(content('tagged')).toMatchObject({ kind: 'repository', follows: false });
    expect(content('range')).toEqual({ kind: 'repository', follows: false, revision: second });
    expect(content('branch')).toEqual({ kind: 'repository', follows: false, revision: second });
    expect(content('gone')).toMatchObject({ kind: 'opaque', why: { reason: 'no-revision' } });
    expect(kinds(cluster)).toEqual({
      'flux-system': 'built',
      'infra-sources': 'built',
      'infra-controllers': 'built',
      'infra-configs': 'built',
      podinfo: 'failed',
      tagged: 'built',
      range: 'built',
      branch: 'built',
      gone: 'unknown',
    });
    expect(ownership(cluster).get('podinfo_podinfo__ConfigMap')?.owners).toEqual(['flux-system/tagged']);
  });

  it('of a shallow clone is that of what is there; what is not is said', async () => {
    const origin = repositoryWith(homelab());
    origin.commit('another');
    const clone = new TestRepository({ git: false });
    repositories.push(clone);
    clone.git('clone', '-q', '--depth', '1', `file://${origin.folder}`, '.');
    const workspace = await open(clone);
    expect((await read(workspace, 'HEAD')).kustomizations.size).toBe(6);
    await expect(workspace.snapshot('HEAD~1')).rejects.toMatchObject({
      code: 'git.failed',
      message: "the repository has no revision 'HEAD~1' here",
      hint: expect.stringContaining('git fetch --unshallow'),
    });
    await expect((await open(origin)).snapshot('gone')).rejects.toMatchObject({
      hint: expect.stringContaining('git log'),
    });
  });

  it('needs no git for files as they are', async () => {
    const workspace = await open(repositoryWith(homelab(), { git: false }));
    expect((await read(workspace)).kustomizations.size).toBe(6);
    await expect(workspace.snapshot('HEAD')).rejects.toMatchObject({
      code: 'git.failed',
      message: expect.stringContaining('is no git repository'),
    });
    await expect(open({ folder: '/no/such/folder', env: {} })).rejects.toMatchObject({
      code: 'file.missing',
    });
  });

  it('from a folder inside the repository is that of the repository', async () => {
    const repository = repositoryWith(homelab());
    const inside = await open({ folder: path.join(repository.folder, 'apps'), env: repository.env });
    expect((await read(inside)).kustomizations.size).toBe(6);
  });

  it('without kustomize is unknown, and says how to get it', async () => {
    const cluster = await read(await open(repositoryWith(homelab()), { kustomize: false }));
    expect(cluster.kustomizations.size).toBe(1);
    expect(cluster.unknowns).toMatchObject([{ reason: 'no-kustomize' }]);
  });

  it('does not know what a file that cannot be read is for, and goes on', async () => {
    const workspace = await open(repositoryWith(homelab()));
    const snapshot = await workspace.snapshot('HEAD');
    const closed = 'apps/podinfo/config.yaml';
    const readable = async (file: string) => (file === closed ? null : snapshot.read(file));
    const [cluster] = (await workspace.model({ ...snapshot, read: readable })).clusters;
    expect(cluster === undefined ? {} : kinds(cluster)).toMatchObject({
      podinfo: 'unknown',
      grafana: 'built',
    });
    expect(cluster?.unknowns).toMatchObject([
      { reason: 'unreadable', message: expect.stringContaining(`${closed} cannot be read`) },
    ]);
  });

  it('keeps out of links and submodules', async () => {
    const files = homelab({ apps: ['podinfo'] });
    files.set('apps/podinfo/kustomization.yaml', kustomizationFile(['linked.yaml']));
    files.set('infrastructure/configs/kustomization.yaml', kustomizationFile(['../../module/config']));
    const repository = repositoryWith(files);
    symlinkSync('/etc/hostname', path.join(repository.folder, 'apps/podinfo/linked.yaml'));
    repository.git(
      'update-index',
      '--add',
      '--cacheinfo',
      '160000,0123456789012345678901234567890123456789,module',
    );
    repository.git('add', 'apps');
    repository.git('commit', '-q', '-m', 'a link and a submodule');
    const cluster = await read(await open(repository), 'HEAD');
    expect(kinds(cluster)).toMatchObject({
      podinfo: 'failed',
      'infra-configs': 'failed',
      'infra-sources': 'built',
    });
    const entry = (files.get('clusters/homelab/flux-system/gotk-sync.yaml') ?? '').replace(
      'interval: 1m0s',
      'interval: 1m0s\n  recurseSubmodules: true',
    );
    repository.write('clusters/homelab/flux-system/gotk-sync.yaml', entry);
    repository.git('add', 'clusters');
    repository.git('commit', '-q', '-m', 'submodules are fetched');
    const fetched = await read(await open(repository), 'HEAD');
    expect(kinds(fetched)).toMatchObject({ 'infra-configs': 'unknown' });
    expect(fetched.unknowns).toMatchObject([{ reason: 'unreadable' }]);
  });
});
