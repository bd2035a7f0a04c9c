import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { System } from '../../system/system.ts';
import type { Builder, BuiltObject } from '../build/build.ts';
import { keyOfSource } from '../source/source-in-cluster.ts';
import { SourceReader, type TreeCache } from '../source/source-reader.ts';
import { bootstrapped } from './bootstrapped.ts';
import { type Candidate, clusterName } from './candidate.ts';
import { findEntries } from './find-entries.ts';
import type { ClusterModel, Ownership, RepositoryModel } from './model.ts';
import { placer } from './placer.ts';
import { readCluster } from './read-cluster.ts';
import { type Written, type WrittenCache, writtenObjects } from './written-objects.ts';

export interface ModelOptions {
  /** For branches, tags and commits that sources name; `null`: they are not known. */
  readonly git: Git | null;
  /** As `WorkspaceOptions` has them. */
  readonly paths: readonly string[];
  readonly clusters: readonly string[];
  /** Addresses under which this repository is fetched. */
  readonly remotes: readonly string[];
  /** Kept from one model to the next of the same repository. */
  readonly written?: WrittenCache;
}

/**
 * Reads the clusters of a repository, as the controllers do, at one state. Throws `flux.no-entry` where none begins in it,
 * `flux.not-found` for a path or a cluster that is not there, `flux.manifest` for an entry that the API server refuses.
 */
export async function readModel(
  _system: System,
  state: Snapshot,
  builder: Builder,
  options: ModelOptions,
): Promise<RepositoryModel> {
  const snapshot = listedOnce(state);
  const written = await writtenObjects(snapshot, options.written ?? new Map());
  const { paths, remotes } = options;
  const found = await findEntries({ snapshot, written, builder, remotes, paths });
  const wanted = options.clusters.length === 0 ? found : chosen(found, options.clusters);
  const trees: TreeCache = new Map();
  const clusters: ClusterModel[] = [];
  for (const candidate of wanted) {
    const entry = await bootstrapped(candidate, snapshot, builder);
    clusters.push(await readOne(entry, { snapshot, builder, written, trees }, options));
  }
  return { label: snapshot.label, clusters: paths.length > 0 ? clusters : withoutReached(clusters) };
}

interface Reading {
  readonly snapshot: Snapshot;
  readonly builder: Builder;
  readonly written: Written;
  readonly trees: TreeCache;
}

function readOne(
  entry: Candidate,
  { snapshot, builder, written, trees }: Reading,
  { git, remotes }: ModelOptions,
): Promise<ClusterModel> {
  const { path } = entry.kustomization.spec;
  const own = { key: keyOfSource(entry.source), here: entry.here, path, root: entry.root ?? '' };
  const sources = new SourceReader({ snapshot, git, remotes, trees, entry: own });
  return readCluster(entry, { builder, sources, placer: placer(written) });
}

/** A working tree is listed once, so that all of a model is of one list of files, and git is asked but once. */
function listedOnce(snapshot: Snapshot): Snapshot {
  let listing: ReturnType<Snapshot['list']> | null = null;
  return {
    label: snapshot.label,
    root: snapshot.root,
    list: () => {
      listing ??= snapshot.list();
      return listing;
    },
    read: (path) => snapshot.read(path),
    readBehindLinks: (path) => snapshot.readBehindLinks(path),
  };
}

/** Keeps the clusters with these names: sync paths, or the last parts of them. */
function chosen(found: readonly Candidate[], names: readonly string[]): Candidate[] {
  const all = found.map(clusterName);
  const fits = (candidate: string, name: string) =>
    candidate === name.replace(/^\.\/|\/+$/g, '') || candidate.split('/').at(-1) === name;
  for (const name of names) {
    if (all.some((candidate) => fits(candidate, name))) continue;
    const near = nearest(name, [...all, ...all.map((path) => path.split('/').at(-1) ?? path)]);
    throw new SopskitError('flux.not-found', `the repository has no cluster ${JSON.stringify(name)}`, {
      hint: near === null ? `It has: ${all.join(', ')}.` : `Did you mean ${near}? It has: ${all.join(', ')}.`,
    });
  }
  return found.filter((candidate) => names.some((name) => fits(clusterName(candidate), name)));
}

/** What looks like an entry but is applied by another cluster's Kustomization is no cluster. */
function withoutReached(clusters: readonly ClusterModel[]): ClusterModel[] {
  const entries = clusters.map(({ name, entry, kustomizations }) => {
    const node = kustomizations.get(entry.kustomization);
    return { name, key: entry.kustomization, path: node?.kustomization.spec.path, source: node?.source };
  });
  const dropped = new Set<string>();
  for (const { name, key, path, source } of entries) {
    const isReached = clusters.some((other) => {
      const node = other.kustomizations.get(key);
      return (
        other.name !== name &&
        !dropped.has(other.name) &&
        other.entry.kustomization !== key &&
        node?.kustomization.spec.path === path &&
        node?.source === source
      );
    });
    if (isReached) dropped.add(name);
  }
  return clusters.filter(({ name }) => !dropped.has(name));
}

/** Lists the objects of a cluster with the Kustomizations that have each; what goes to other clusters is left out. */
export function ownership(cluster: ClusterModel): Ownership {
  const found = new Map<string, { object: BuiltObject; owners: string[] }>();
  for (const [key, { kustomization, build }] of cluster.kustomizations) {
    if (build.kind !== 'built' || kustomization.spec.remoteCluster) continue;
    for (const object of build.objects) {
      const known = found.get(object.id);
      if (known === undefined) found.set(object.id, { object, owners: [key] });
      else if (!known.owners.includes(key)) known.owners.push(key);
    }
  }
  return found;
}
