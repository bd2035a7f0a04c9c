import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Sequence, Value } from '../../tree/value.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { readKustomization } from '../kustomization-read.ts';
import type { SourceInCluster } from '../source/source-in-cluster.ts';
import type { Entry } from './model.ts';

/** Something that looks like the entry of a cluster. */
export interface Candidate {
  readonly kind: Entry['kind'];
  readonly file: string | null;
  readonly line: number | null;
  /** As it is known before anything is built. */
  readonly kustomization: FluxKustomization;
  readonly source: SourceInCluster;
  /** Whether its source is taken to be this repository; else it is opaque. */
  readonly here: boolean;
  /** The folder of the repository that its source's artifact is made from; empty or absent: all of it. */
  readonly root?: string;
  /** Whether the flux-operator makes it, so that no build has to. */
  readonly operated: boolean;
  /** As `ClusterObjects` has it, as far as it is known before anything is built. */
  readonly lenient?: boolean;
}

/** The sync path; `.` for the root. */
export function clusterName({ kustomization }: Candidate): string {
  return kustomization.spec.path || '.';
}

/** Makes a Kustomization that nobody has written: one that takes a folder as it is. */
export function plainKustomization(
  name: { readonly namespace: string; readonly name: string },
  spec: Readonly<Record<string, Value>>,
): FluxKustomization {
  const manifest = mappingOf([
    ['apiVersion', stringOf('kustomize.toolkit.fluxcd.io/v1')],
    ['kind', stringOf('Kustomization')],
    [
      'metadata',
      mappingOf([
        ['name', stringOf(name.name)],
        ['namespace', stringOf(name.namespace)],
      ]),
    ],
    [
      'spec',
      mappingOf([
        ['interval', stringOf('10m0s')],
        ['prune', { kind: 'bool', value: true }],
        ...Object.entries(spec),
      ]),
    ],
  ]);
  return readKustomization(manifest) as FluxKustomization;
}

export function sourceReference(kind: string, name: string, namespace?: string): Mapping {
  return mappingOf([
    ['kind', stringOf(kind)],
    ['name', stringOf(name)],
    ['namespace', namespace === undefined ? undefined : stringOf(namespace)],
  ]);
}

export function listOf(items: readonly Value[]): Sequence {
  return { kind: 'sequence', items };
}
