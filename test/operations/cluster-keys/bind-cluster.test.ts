import { describe, expect, it } from 'vitest';
import type { ClusterModel, RepositoryModel } from '../../../src/flux/model/model.ts';
import { bindCluster } from '../../../src/operations/cluster-keys/bind-cluster.ts';
import { contextFits } from '../../../src/operations/cluster-keys/context-name.ts';
import { failureOf } from '../../keys/contract.ts';
import { tree } from '../flux-doctor/made-reading.ts';
import { type FakeClusterOptions, fakeCluster } from './fake-cluster.ts';

const url = 'ssh://git@github.com/example/fleet';
const sourceKey = 'GitRepository/flux-system/flux-system';

function model(name: string, kind: ClusterModel['entry']['kind'] = 'gotk-sync'): ClusterModel {
  const source = tree({ kind: 'GitRepository', spec: { url } });
  return {
    name,
    entry: { kind, file: null, kustomization: 'flux-system/flux-system' },
    kustomizations: new Map(),
    sources: new Map([
      [
        sourceKey,
        {
          ...{ kind: 'GitRepository', namespace: 'flux-system', name: 'flux-system', manifest: source },
          content: { kind: 'repository', follows: true, revision: null },
          tree: null,
        },
      ],
    ]),
    unknowns: [],
  };
}

function repository(...names: readonly string[]): RepositoryModel {
  return { label: 'the working tree', clusters: names.map((name) => model(name)) };
}

function entry(path: string, name = 'flux-system'): object {
  return {
    ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
    metadata: { name, namespace: 'flux-system' },
    spec: { interval: '1m', path, prune: true, sourceRef: { kind: 'GitRepository', name: 'flux-system' } },
  };
}

function source(address: string): object {
  const metadata = { name: 'flux-system', namespace: 'flux-system' };
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata,
    spec: { url: address },
  };
}

async function bound(
  options: FakeClusterOptions,
  models: RepositoryModel | null,
  ...named: readonly string[]
): Promise<string> {
  const found = await bindCluster(fakeCluster(options), models, named);
  return `${found.model?.name ?? null} ${found.by} ${found.live.size}`;
}

async function refused(...[options, models, ...named]: Parameters<typeof bound>): Promise<string> {
  const failure = await failureOf(bound(options, models, ...named));
  expect(failure.code).toBe('cluster-key.refused');
  return `${failure.message} | ${failure.hint}`;
}

const two = repository('clusters/production', 'clusters/staging');

describe('a cluster is known', () => {
  it('by the path of its entry', async () => {
    const objects = [entry('./clusters/staging/'), entry('./apps', 'apps'), source(`${url}.git`)];
    expect(await bound({ objects }, two)).toBe('clusters/staging live 2');
    expect(await bound({ objects }, two, 'staging')).toBe('clusters/staging live 2');
    expect(await bound({ objects, context: 'production' }, two)).toBe('clusters/staging live 2');
  });

  it('by its path also where its source may not be read, or is not there', async () => {
    const objects = [entry('clusters/staging'), source('https://github.com/other/fleet')];
    expect(await bound({ objects, denied: ['GitRepository'] }, two)).toBe(
      'clusters/staging live 2'.replace('2', '1'),
    );
    expect(await bound({ objects: [entry('clusters/staging')] }, two)).toBe('clusters/staging live 1');
  });

  it('by the path of any Kustomization where only a path was named', async () => {
    const models = { label: 'x', clusters: [model('deploy', 'path')] };
    expect(await bound({ objects: [entry('./deploy', 'root')] }, models)).toBe('deploy live 1');
  });

  it('as the repository’s root', async () => {
    expect(await bound({ objects: [entry('./')] }, repository('.'))).toBe('. live 1');
  });

  it('by its name, where Flux is not there yet', async () => {
    expect(await bound({ unserved: ['Kustomization'] }, two, 'clusters/staging')).toBe(
      'clusters/staging named 0',
    );
    expect(await bound({}, two, './clusters/production/')).toBe('clusters/production named 0');
    expect(await bound({ context: 'kind-staging' }, two, 'production')).toBe('clusters/production named 0');
  });

  it('as the only one', async () => {
    expect(await bound({}, repository('clusters/homelab'))).toBe('clusters/homelab only 0');
  });

  it('by its context', async () => {
    expect(await bound({ context: 'kind-staging' }, two)).toBe('clusters/staging context 0');
    const alike = repository('clusters/prod', 'clusters/eu-prod');
    expect(await bound({ context: 'admin@eu-prod' }, alike)).toBe('clusters/eu-prod context 0');
  });

  it('without a repository, or one with no clusters', async () => {
    expect(await bound({ objects: [entry('x')] }, null)).toBe('null none 1');
    expect(await bound({}, repository())).toBe('null none 0');
  });
});

describe('a cluster is refused', () => {
  it('where it is another one than is named', async () => {
    const said = await refused({ objects: [entry('./clusters/staging')] }, two, 'production');
    expect(said).toMatch(/context test is another cluster than clusters\/production: .*clusters\/staging/);
  });

  it('where its entry has a path that the repository has not', async () => {
    const said = await refused({ objects: [entry('./clusters/lab')] }, repository('clusters/homelab'));
    expect(said).toContain('Kustomization flux-system/flux-system applies clusters/lab');
    expect(await refused({ objects: [entry('./clusters/lab')] }, two, 'staging')).toContain('clusters/lab');
  });

  it('where it is of another repository, whose password is not told', async () => {
    const objects = [entry('clusters/staging'), source('https://me:canary@github.com/other/fleet')];
    const said = await refused({ objects }, two);
    expect(said).toContain('applies clusters/staging of https://github.com/other/fleet');
    expect(said).not.toContain('canary');
  });

  it('where several could be meant', async () => {
    const said = await refused({ context: 'minikube' }, two);
    expect(said).toContain('clusters/production, clusters/staging | Say which with --cluster NAME');
    expect(await refused({ context: 'staging-production' }, repository('a/staging', 'b/staging'))).toContain(
      'a/staging, b/staging',
    );
  });

  it('where the repository has none of that name', async () => {
    expect(await refused({}, two, 'stagin')).toContain(
      'no cluster stagin | Name one with --cluster: it has clusters/production',
    );
    expect(await refused({}, null, 'staging')).toContain('it has no clusters');
  });

  it('where Kustomizations may not be read: what they apply is then not known', async () => {
    const failure = await failureOf(bound({ denied: ['Kustomization'] }, two));
    expect(failure.code).toBe('cluster.denied');
  });
});

it.each([
  ['staging', 'clusters/staging', 7],
  ['kind-staging', 'clusters/staging', 7],
  ['admin@Staging', 'clusters/staging', 7],
  ['staging.example.com', 'clusters/staging', 7],
  ['nonstaging', 'clusters/staging', 0],
  ['staging2', 'clusters/staging', 0],
  ['default', '.', 0],
])('context %s fits %s: %d', (context, name, length) => {
  expect(contextFits(context, name)).toBe(length);
});
