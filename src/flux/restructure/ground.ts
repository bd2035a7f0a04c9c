import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { BuiltObject } from '../build/build.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import type { ClusterModel, KustomizationNode, RepositoryModel } from '../model/model.ts';
import type { Workspace } from '../workspace.ts';
import type { Resealer } from './resealer.ts';

/** What a restructuring is planned on: one cluster of a repository at one state. */
export interface Ground {
  readonly workspace: Workspace;
  readonly snapshot: Snapshot;
  readonly model: RepositoryModel;
  readonly cluster: ClusterModel;
  /** `null`: encrypted files that would have to be sealed anew refuse the change. */
  readonly resealer: Resealer | null;
}

/** Picks the cluster that has a Kustomization of the name. Throws `flux.not-found`, `usage.invalid` for several. */
export function clusterWith(model: RepositoryModel, name: string | null): ClusterModel {
  const fitting =
    name === null ? model.clusters : model.clusters.filter((cluster) => find(cluster, name) !== null);
  const [only, second] = fitting;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined && name !== null) throw notFound(model.clusters, name);
  throw new SopskitError(
    'usage.invalid',
    `the repository has ${fitting.length} clusters${name === null ? '' : ` with a Kustomization ${name}`}: ${fitting.map((cluster) => cluster.name).join(', ')}`,
    { hint: 'Name one with --cluster.' },
  );
}

/** Finds a Kustomization by `name` or `namespace/name`. Throws `flux.not-found`, with the nearest name. */
export function requireKustomization(cluster: ClusterModel, name: string): KustomizationNode {
  const found = find(cluster, name);
  if (found === null) throw notFound([cluster], name);
  return found;
}

/** The same; `null` where there is none. Throws `usage.invalid` where a bare name names several. */
export function find(cluster: ClusterModel, name: string): KustomizationNode | null {
  const whole = cluster.kustomizations.get(name);
  if (whole !== undefined) return whole;
  const found = [...cluster.kustomizations.values()].filter(
    ({ kustomization }) => kustomization.name === name,
  );
  if (found.length > 1)
    throw new SopskitError('usage.invalid', `there are ${found.length} Kustomizations named ${name}`, {
      hint: `Name it with its namespace: ${found.map(({ kustomization }) => keyOf(kustomization)).join(', ')}.`,
    });
  return found[0] ?? null;
}

function notFound(clusters: readonly ClusterModel[], name: string): SopskitError {
  const nodes = clusters.flatMap(({ kustomizations }) => [...kustomizations.values()]);
  const names = nodes.map(({ kustomization }) => kustomization.name);
  const near = nearest(name, names);
  const closed = nodes.find(({ build }) => build.kind !== 'built');
  if (near === null && closed !== undefined) {
    const { message, hint } = whyNotBuilt(closed);
    return new SopskitError('flux.not-found', `no Kustomization ${name} is found, but ${message}`, { hint });
  }
  return new SopskitError('flux.not-found', `there is no Kustomization ${name}`, {
    hint:
      near === null
        ? `There are ${[...new Set(names)].sort().join(', ') || 'none'}.`
        : `Did you mean ${near}?`,
  });
}

/** Returns what a Kustomization applies. Throws `restructure.refused` where that is not known. */
export function requireBuilt(node: KustomizationNode): readonly BuiltObject[] {
  const { build } = node;
  if (build.kind === 'built') return build.objects;
  const { message, hint } = whyNotBuilt(node);
  throw new SopskitError('restructure.refused', message, { hint });
}

function whyNotBuilt({ build, kustomization }: KustomizationNode): { message: string; hint: string } {
  const name = `Kustomization ${keyOf(kustomization)}`;
  if (build.kind === 'failed')
    return { message: `${name} fails to build: ${build.message}`, hint: build.fix || 'Mend it first.' };
  const unknowns = build.kind === 'unknown' ? build.unknowns : [];
  return {
    message: `${name} cannot be built here: ${unknowns.map(({ message }) => message).join('; ')}`,
    hint: unknowns.map(({ fix }) => fix).join(' ') || 'Only what can be built can be moved safely.',
  };
}

export function idsOf(node: KustomizationNode): readonly string[] {
  return requireBuilt(node).map(({ id }) => id);
}

/** Whether a Kustomization waits for another, directly or through others. */
export function dependsOn(cluster: ClusterModel, from: string, on: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    for (const dependency of cluster.kustomizations.get(key)?.kustomization.spec.dependsOn ?? []) {
      if (keyOf(dependency) === on) return true;
      waiting.push(keyOf(dependency));
    }
  }
  return false;
}

/** Whether a Kustomization is applied by another, directly or through others. */
export function isBelowOwner(cluster: ClusterModel, key: string, owner: string): boolean {
  const seen = new Set<string>();
  const waiting = [key];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const above of cluster.kustomizations.get(at)?.owners ?? []) {
      if (above === owner) return true;
      waiting.push(above);
    }
  }
  return false;
}

/** Whether its source moves with this repository: what is edited here is what it applies. */
export function isFromHere(cluster: ClusterModel, node: KustomizationNode): boolean {
  const content = cluster.sources.get(node.source)?.content;
  return content?.kind === 'repository' && content.follows;
}

/** Throws `restructure.refused` for a Kustomization that is not applied from this state of this repository. */
export function requireFromHere(cluster: ClusterModel, node: KustomizationNode): void {
  if (isFromHere(cluster, node)) return;
  throw new SopskitError(
    'restructure.refused',
    `Kustomization ${keyOf(node.kustomization)} applies ${node.source}, which does not move with this repository`,
    { hint: 'Restructure it in the repository and branch that its source names.' },
  );
}

export function isEntry(
  cluster: ClusterModel,
  { kustomization }: { kustomization: FluxKustomization },
): boolean {
  return keyOf(kustomization) === cluster.entry.kustomization;
}
