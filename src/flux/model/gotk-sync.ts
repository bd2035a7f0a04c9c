import { SopskitError } from '../../errors/sopskit-error.ts';
import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import { stringOf } from '../../tree/mapping.ts';
import { type FluxKustomization, kustomizationGroup } from '../kustomization.ts';
import { readKustomization, trimmedPath } from '../kustomization-read.ts';
import { isSameRepository } from '../source/repository-url.ts';
import { specText } from '../source/source-in-cluster.ts';
import { type Candidate, plainKustomization, sourceReference } from './candidate.ts';
import type { Written, WrittenObject } from './written-objects.ts';

/** Group of GitRepository, OCIRepository, Bucket and the others. */
export const sourceGroup = 'source.toolkit.fluxcd.io';

/** What there is to tell by whether a path is one of this repository. */
export interface RepositoryFacts {
  readonly remotes: readonly string[];
  hasFolder(path: string): boolean;
}

/**
 * Finds what `flux bootstrap` writes as `PATH/flux-system/gotk-sync.yaml`, under whatever name: a Kustomization and its
 * source in one file, or in one folder, whose path leads to a folder that they lie in, or whose source is this repository.
 * Those that lie in their own path come first. Throws `flux.manifest`, placed, for one that the API server would refuse.
 */
export function gotkSyncs(written: Written, facts: RepositoryFacts): Candidate[] {
  const sources = written.objects.filter(({ group }) => group === sourceGroup);
  const found = written.objects.flatMap((object): Candidate[] => {
    if (object.kind !== 'Kustomization' || object.group !== kustomizationGroup) return [];
    const source = sourceBeside(object, sources);
    if (source === null || !leadsHere(object, source, facts)) return [];
    const kustomization = inNamespace(readAt(object), object.namespace || 'flux-system');
    return [
      {
        kind: 'gotk-sync',
        file: object.file,
        line: object.line,
        kustomization,
        source: { ...kustomization.spec.sourceRef, manifest: source.manifest },
        here: source.kind === 'GitRepository',
        operated: false,
      },
    ];
  });
  const [within, others] = [true, false].map((is) => found.filter((candidate) => isWithin(candidate) === is));
  return [...(within ?? []), ...(others ?? []).filter((candidate) => !isTenant(candidate, found))];
}

function isWithin({ kustomization, file }: Candidate): boolean {
  return contains(kustomization.spec.path, file ?? '');
}

/** Whether a Kustomization with a source of this repository is one that a cluster has, rather than another cluster. */
function isTenant({ file, kustomization }: Candidate, found: readonly Candidate[]): boolean {
  const { path } = kustomization.spec;
  return (
    file !== null &&
    !gotkSyncName.test(file) &&
    found.some(
      (other) =>
        other.kustomization.spec.path !== path &&
        isWithin(other) &&
        contains(other.kustomization.spec.path, file),
    )
  );
}

function readAt(object: WrittenObject): FluxKustomization {
  try {
    const kustomization = readKustomization(object.manifest);
    if (kustomization !== null) return kustomization;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const line = object.line + (error.place?.line ?? 1) - (object.manifest.line ?? 1);
    throw new SopskitError(error.code, error.message, {
      place: { ...error.place, file: object.file, line },
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
  throw new SopskitError('flux.manifest', `${object.name} is no Kustomization`);
}

/** A kustomization beside it gives it its namespace where it names none: Flux' own, as everybody has it. */
function inNamespace(kustomization: FluxKustomization, namespace: string): FluxKustomization {
  if (kustomization.namespace === namespace) return kustomization;
  const { sourceRef } = kustomization.spec;
  const own = sourceRef.namespace === kustomization.namespace ? namespace : sourceRef.namespace;
  return {
    ...kustomization,
    namespace,
    spec: { ...kustomization.spec, sourceRef: { ...sourceRef, namespace: own } },
  };
}

/** The source of a Kustomization, in its file or else in its folder. */
function sourceBeside(object: WrittenObject, sources: readonly WrittenObject[]): WrittenObject | null {
  const spec = fieldsAt(object.manifest, 'spec')[0]?.value;
  const reference = spec?.kind === 'mapping' ? fieldsAt(spec, 'sourceRef')[0]?.value : undefined;
  if (reference?.kind !== 'mapping') return null;
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => textAt(reference, key));
  const named = sources.filter(
    (source) =>
      source.kind === kind &&
      source.name === name &&
      (source.namespace === '' ||
        (namespace || object.namespace) === '' ||
        source.namespace === (namespace || object.namespace)),
  );
  return (
    named.find(({ file }) => file === object.file) ??
    named.find(({ file }) => folderOf(file) === folderOf(object.file)) ??
    null
  );
}

function leadsHere(
  object: WrittenObject,
  source: WrittenObject,
  { remotes, hasFolder }: RepositoryFacts,
): boolean {
  const path = trimmedPath(specText(object.manifest, 'path'));
  const url = specText(source.manifest, 'url');
  if (remotes.some((remote) => isSameRepository(remote, url))) return true;
  if (gotkSyncName.test(object.file)) return hasFolder(path);
  // the root contains every file, also those that speak of other repositories
  return path !== '' && contains(path, object.file);
}

const gotkSyncName = /(?:^|\/)flux-system\/gotk-sync\.ya?ml$/;

/**
 * Finds the places that are made ready for `flux bootstrap --path`: a gotk-sync.yaml without anything in it. The entry is
 * what bootstrap will write there.
 */
export function emptyGotkSyncs(files: readonly string[], written: Written): Candidate[] {
  const full = new Set(written.objects.map(({ file }) => file));
  return files
    .filter((file) => gotkSyncName.test(file) && !full.has(file) && !written.broken.includes(file))
    .map((file): Candidate => {
      const path = folderOf(folderOf(file));
      const identity = { namespace: 'flux-system', name: 'flux-system' };
      const kustomization = plainKustomization(identity, {
        path: stringOf(`./${path}`),
        sourceRef: sourceReference('GitRepository', 'flux-system'),
      });
      const source = { kind: 'GitRepository', ...identity, manifest: null };
      return { kind: 'gotk-sync', file, line: 1, kustomization, source, here: true, operated: false };
    });
}

function contains(folder: string, file: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

export function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}
