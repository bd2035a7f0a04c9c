import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import { entriesOf, mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { KustomizationSpec } from '../kustomization.ts';
import { type Artifact, joinPath } from './artifact.ts';
import { itemsAt, kustomizationPaths, mapsAt, readKustomizationFile, textOf } from './kustomization-file.ts';
import { problemOfManifest } from './manifest-problem.ts';
import { isRemoteBase } from './remote.ts';

/** The kustomization that the controller builds: the folder's own or a made one, with the spec's settings in it. */
export type Generated =
  | {
      readonly kind: 'generated';
      /** From the artifact's root. */
      readonly file: string;
      readonly kustomization: Mapping;
      /** Whether the folder has none of its own. */
      readonly isMade: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string };

/**
 * Makes a Kustomization's kustomization.yaml (fluxcd/pkg/kustomize, Generator.WriteFile). Nothing to build is no
 * failure: a made kustomization then has the placeholder namespace, and builds nothing.
 */
export async function generate(
  artifact: Artifact,
  folder: string,
  spec: KustomizationSpec,
): Promise<Generated> {
  const own = kustomizationPaths(artifact, folder)[0];
  let kustomization: Mapping;
  if (own === undefined) {
    const scanned = await scan(artifact, folder);
    if (scanned.kind === 'failed') return scanned;
    kustomization = made(scanned.resources);
  } else {
    const read = await ownKustomization(artifact, own);
    if (read.kind === 'failed') return read;
    kustomization = read.kustomization;
  }
  const missing = componentProblem(spec);
  if (missing !== null) return missing;
  return {
    kind: 'generated',
    file: own ?? (folder === '' ? 'kustomization.yaml' : `${folder}/kustomization.yaml`),
    kustomization: withSpec(kustomization, { artifact, folder, spec }),
    isMade: own === undefined,
  };
}

async function ownKustomization(
  artifact: Artifact,
  file: string,
): Promise<{ kind: 'read'; kustomization: Mapping } | Extract<Generated, { kind: 'failed' }>> {
  let read: Mapping | null;
  try {
    const { mapping, other } = await readKustomizationFile(artifact, file);
    if (other !== null) {
      return failed(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${other} into Go value of type types.Kustomization`,
        `Make ${printablePath(file)} a map with the field resources.`,
      );
    }
    read = mapping;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return failed(
      `error converting YAML to JSON: ${error.message}${lineOf(error)}`,
      `Correct the YAML of ${file}.`,
    );
  }
  const typed = mappingOf([
    ['apiVersion', stringOf('kustomize.config.k8s.io/v1beta1')],
    ['kind', stringOf('Kustomization')],
  ]);
  const kustomization = merged(
    typed,
    entriesOf(read ?? mappingOf([])).map(({ key, value }) => [String(key), value]),
  );
  const empty = itemsAt(kustomization, 'resources').length === 0;
  // keeps kustomize from calling it empty (the generator says so too)
  return {
    kind: 'read',
    kustomization: empty
      ? merged(kustomization, [['buildMetadata', sequence([stringOf('originAnnotations')])]])
      : kustomization,
  };
}

function lineOf({ place }: SopskitError): string {
  return place?.line === undefined ? '' : ` (line ${place.line})`;
}

function made(resources: readonly string[]): Mapping {
  return mappingOf([
    ['apiVersion', stringOf('kustomize.config.k8s.io/v1beta1')],
    ['kind', stringOf('Kustomization')],
    ...(resources.length === 0
      ? [['namespace', stringOf('_placeholder')] as const]
      : [['resources', sequence(resources.map(stringOf))] as const]),
  ]);
}

type Scanned = { kind: 'scanned'; resources: string[] } | Extract<Generated, { kind: 'failed' }>;

/** Finds the manifests below a folder; folders that have a kustomization are taken whole. */
async function scan(artifact: Artifact, top: string): Promise<Scanned> {
  const resources: string[] = [];
  const visit = async (folder: string): Promise<Extract<Generated, { kind: 'failed' }> | null> => {
    for (const name of artifact.names(folder)) {
      const entry = folder === '' ? name : `${folder}/${name}`;
      const relative = `./${top === '' ? entry : entry.slice(top.length + 1)}`;
      if (artifact.isFolder(entry)) {
        if (kustomizationPaths(artifact, entry).length > 0) resources.push(relative);
        else {
          const problem = await visit(entry);
          if (problem !== null) return problem;
        }
      } else if (/\.ya?ml$/.test(name)) {
        const bytes = (await artifact.read(entry)) ?? new Uint8Array();
        // what is too large to be looked at twice is left to kustomize
        const problem = bytes.length > maxScanned ? null : problemOfManifest(bytes);
        if (problem !== null) {
          return failed(
            `failed to decode Kubernetes YAML from ${entry}: ${problem}`,
            fixOfManifest(entry, problem),
          );
        }
        resources.push(relative);
      }
    }
    return null;
  };
  return (await visit(top)) ?? { kind: 'scanned', resources };
}

/** To leave a file out prunes what it applied before, so that is only for what never was a manifest. */
function fixOfManifest(file: string, problem: string): string {
  const name = printablePath(file);
  if (problem !== 'missing Resource metadata') {
    const line = /line \d+/.exec(problem)?.[0];
    return `Mend ${name}${line === undefined ? '' : ` at ${line}`}.`;
  }
  return `Where ${name} is no Kubernetes manifest (values of a chart, say), leave it out: rename or move it, list it in .sourceignore, or add a kustomization.yaml that names the other files. Objects that were applied from it are then pruned: if it is to be a manifest, give it its apiVersion, kind and metadata.name instead.`;
}

const maxScanned = 32 * 1024 * 1024;

function componentProblem(spec: KustomizationSpec): Extract<Generated, { kind: 'failed' }> | null {
  const far = spec.components.find((component) => isRemoteBase(component) || component.startsWith('/'));
  return far === undefined
    ? null
    : failed(
        `component path '${far}' must be local and relative`,
        'Name a folder of the same source in spec.components.',
      );
}

function withSpec(
  own: Mapping,
  { artifact, folder, spec }: { artifact: Artifact; folder: string; spec: KustomizationSpec },
): Mapping {
  const components = spec.components.filter((component) => {
    if (!spec.ignoreMissingComponents) return true;
    const at = joinPath(folder, component);
    return at !== null && (artifact.isFolder(at) || artifact.isFile(at));
  });
  const lists = (key: string, added: readonly Value[]): [string, Value][] =>
    added.length === 0 ? [] : [[key, sequence([...itemsAt(own, key), ...added])]];
  return merged(own, [
    ...texts([
      ['namespace', spec.targetNamespace],
      ['namePrefix', spec.namePrefix],
      ['nameSuffix', spec.nameSuffix],
    ]),
    ...lists('patches', spec.patches.map(patchOf)),
    ...lists('components', components.map(stringOf)),
    ...(spec.images.length === 0 ? [] : [['images', imagesOf(own, spec.images)] as [string, Value]]),
    ...(spec.buildMetadata.length === 0
      ? []
      : [['buildMetadata', sequence(spec.buildMetadata.map(stringOf))] as [string, Value]]),
  ]);
}

function texts(all: readonly (readonly [string, string | null])[]): [string, Value][] {
  return all.flatMap(([key, text]) => (text === null || text === '' ? [] : [[key, stringOf(text)]]));
}

const targetFields = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'];

/** A patch with the fields that the API of Flux has. */
function patchOf(value: Value): Value {
  if (value.kind !== 'mapping') return value;
  const target = valueAt(value, 'target');
  return mappingOf([
    ['patch', valueAt(value, 'patch')],
    [
      'target',
      target?.kind === 'mapping'
        ? mappingOf(targetFields.map((field) => [field, valueAt(target, field)]))
        : undefined,
    ],
  ]);
}

/** Joins the spec's images into those of the kustomization: tag and digest go together. */
function imagesOf(own: Mapping, added: readonly Value[]): Value {
  const images: Mapping[] = [...mapsAt(own, 'images')];
  for (const image of added) {
    if (image.kind !== 'mapping') continue;
    const at = images.findIndex((other) => textOf(other, 'name') === textOf(image, 'name'));
    const before = images[at];
    if (before === undefined) images.push(image);
    else images[at] = joinedImage(before, image);
  }
  return sequence(images);
}

function joinedImage(before: Mapping, image: Mapping): Mapping {
  const versioned = ['newTag', 'digest'].some((field) => (textOf(image, field) ?? '') !== '');
  const from = (mapping: Mapping, field: string): [string, Value | undefined] => [
    field,
    valueAt(mapping, field),
  ];
  return mappingOf([
    from(before, 'name'),
    (textOf(image, 'newName') ?? '') === '' ? from(before, 'newName') : from(image, 'newName'),
    ...(versioned
      ? [from(image, 'newTag'), from(image, 'digest')]
      : [from(before, 'newTag'), from(before, 'digest')]),
    from(before, 'tagSuffix'),
  ]);
}

function merged(mapping: Mapping, over: readonly (readonly [string, Value])[]): Mapping {
  const entries = new Map<string, Value>(entriesOf(mapping).map(({ key, value }) => [String(key), value]));
  for (const [key, value] of over) entries.set(key, value);
  return mappingOf(entries);
}

function sequence(items: readonly Value[]): Value {
  return { kind: 'sequence', items };
}

function failed(message: string, fix: string): Extract<Generated, { kind: 'failed' }> {
  return { kind: 'failed', message, fix };
}
