import { SopskitError } from '../../errors/sopskit-error.ts';
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
  };
}

async function ownKustomization(
  artifact: Artifact,
  file: string,
): Promise<{ kind: 'read'; kustomization: Mapping } | Extract<Generated, { kind: 'failed' }>> {
  let read: Mapping | null;
  try {
    read = (await readKustomizationFile(artifact, file)).mapping;
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
  // what kustomize's type has no field for is lost when the controller writes the file anew
  const known = entriesOf(read ?? mappingOf([])).filter(
    ({ key }) => typeof key === 'string' && fields.has(key),
  );
  const kustomization = merged(
    typed,
    known.map(({ key, value }) => [String(key), value]),
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
            `Add a kustomization.yaml that leaves ${entry} out, or list it in .sourceignore.`,
          );
        }
        resources.push(relative);
      }
    }
    return null;
  };
  return (await visit(top)) ?? { kind: 'scanned', resources };
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

/** The fields of kustomize's type (api v0.21.1, types/kustomization.go). */
const fields: ReadonlySet<string> = new Set(
  (
    'apiVersion kind metadata openapi namePrefix nameSuffix namespace commonLabels labels commonAnnotations ' +
    'patchesStrategicMerge patchesJson6902 patches images imageTags replacements replicas vars sortOptions resources ' +
    'components crds bases configMapGenerator secretGenerator helmGlobals helmCharts helmChartInflationGenerator ' +
    'generatorOptions configurations generators transformers validators buildMetadata'
  ).split(' '),
);
