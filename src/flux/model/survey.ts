import { SopskitError } from '../../errors/sopskit-error.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Build, BuiltObject, ClusterObjects } from '../build/build.ts';
import { Definitions } from '../build/defined-scopes.ts';
import { unknownSpec } from '../build/either-build.ts';
import { jsonText } from '../build/json-text.ts';
import { type FluxKustomization, keyOf, kustomizationGroup } from '../kustomization.ts';
import { readKustomization } from '../kustomization-read.ts';
import { keyOfSource, type SourceInCluster } from '../source/source-in-cluster.ts';
import type { Candidate } from './candidate.ts';
import { sourceGroup } from './gotk-sync.ts';
import { isLenient } from './installed-flux.ts';

/** What is in a cluster, as far as it has been built. */
export interface Survey {
  /** By key, in the order in which they are reached from the entry. */
  readonly kustomizations: ReadonlyMap<string, Reached>;
  readonly sources: ReadonlyMap<string, SourceInCluster>;
  /** ConfigMaps and Secrets by `Kind/namespace/name`. */
  readonly variables: ReadonlyMap<string, BuiltObject>;
  readonly definitions: Definitions;
  /** As `ClusterObjects` has it. */
  readonly lenient: boolean;
}

export interface Reached {
  readonly kustomization: FluxKustomization;
  readonly owners: readonly string[];
}

/** A build, and what it was made from. */
export interface Made {
  readonly build: Build;
  readonly kustomization: FluxKustomization;
}

/**
 * Follows what is built from the entry on. Of a Kustomization that several have, the first that is reached is taken, and
 * before that none which only has itself. The entry is what the entry's own build makes of it,
 * unless the flux-operator does: what that has made, no Kustomization writes over. `gleaned`: variables that
 * take the place of those which nothing that could be built has.
 */
export function survey(
  entry: Candidate,
  made: ReadonlyMap<string, Made>,
  read: KustomizationReader,
  gleaned: ReadonlyMap<string, BuiltObject> = new Map(),
): Survey {
  const entryKey = keyOf(entry.kustomization);
  const first = { kustomization: entry.kustomization, owners: [] as string[] };
  const kustomizations = new Map<string, { -readonly [Field in keyof Reached]: Reached[Field] }>([
    [entryKey, first],
  ]);
  const sources = new Map([[keyOfSource(entry.source), entry.source]]);
  const variables = new Map<string, BuiltObject>();
  const definitions = new Definitions();
  let lenient: boolean | null = null;
  // a Map hands out what is added while it is gone through
  for (const [key] of kustomizations) {
    const { build, kustomization } = made.get(key) ?? { build: null, kustomization: null };
    if (build?.kind !== 'built' || kustomization?.spec.remoteCluster === true) continue;
    lenient ??= isLenient(build.objects);
    for (const object of build.objects) {
      const { group, kind, namespace, name } = object.identity;
      definitions.add(object);
      if (group === kustomizationGroup && kind === 'Kustomization') {
        const found = read(object);
        const child = keyOf(found);
        const known = kustomizations.get(child);
        if (known === undefined) kustomizations.set(child, { kustomization: found, owners: [key] });
        else {
          const hasOthers = known.owners.some((owner) => owner !== child);
          const isFixed = entry.operated && child === entryKey;
          if (!isFixed && (known.owners.length === 0 || (child !== key && !hasOthers)))
            known.kustomization = found;
          if (!known.owners.includes(key)) known.owners = [...known.owners, key];
        }
      } else if (group === sourceGroup) {
        const source = { kind, namespace, name, manifest: object.manifest };
        const isEntrys = keyOfSource(source) === keyOfSource(entry.source) && !entry.operated;
        if (!sources.has(keyOfSource(source)) || isEntrys) sources.set(keyOfSource(source), source);
      } else if (group === '' && (kind === 'ConfigMap' || kind === 'Secret')) {
        if (!variables.has(`${kind}/${namespace}/${name}`))
          variables.set(`${kind}/${namespace}/${name}`, object);
      }
    }
  }
  for (const [key, object] of gleaned) if (!variables.has(key)) variables.set(key, object);
  lenient ??= entry.lenient ?? false;
  return { kustomizations, sources, variables, definitions, lenient };
}

export type KustomizationReader = (object: BuiltObject) => FluxKustomization;

/** Reads each object once, however often a cluster is surveyed. */
export function kustomizationReader(): KustomizationReader {
  const known = new WeakMap<BuiltObject, FluxKustomization>();
  return (object) => {
    const found = known.get(object) ?? readChild(object);
    known.set(object, found);
    return found;
  };
}

function readChild({ identity, manifest, alternative }: BuiltObject): FluxKustomization {
  const found = readKustomization(manifest);
  if (found === null) throw new SopskitError('flux.manifest', `${identity.name} is no Kustomization`);
  if (alternative === undefined || specText(alternative) === specText(manifest)) return found;
  try {
    return { ...found, alternative: readKustomization(alternative) };
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'flux.manifest')
      return { ...found, alternative: null };
    throw error;
  }
}

function specText(manifest: Mapping): string {
  const spec = valueAt(manifest, 'spec');
  return spec === undefined ? '' : jsonText(spec);
}

/** What builds take from the cluster. */
export function clusterObjects({ variables, definitions, lenient }: Survey): ClusterObjects {
  return {
    lenient,
    scope: (group, kind) => definitions.scope(group, kind),
    find: (kind, namespace, name) => variables.get(`${kind}/${namespace}/${name}`)?.manifest ?? null,
  };
}

/**
 * The API server refuses a Kustomization that is no valid one, and the controller then applies nothing of the build it is
 * in.
 */
export function withRefusals(
  build: Build,
  kustomization: FluxKustomization,
  read: KustomizationReader,
): Build {
  if (build.kind !== 'built' || kustomization.spec.remoteCluster) return build;
  for (const object of build.objects) {
    const { group, kind } = object.identity;
    if (group !== kustomizationGroup || kind !== 'Kustomization') continue;
    try {
      read(object);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'flux.manifest') throw error;
      if (object.alternative !== undefined)
        return { kind: 'unknown', unknowns: [unknownSpec(keyOf(object.identity))] };
      return { kind: 'failed', message: error.message, fix: 'Correct the field.' };
    }
  }
  return build;
}
