import { SopskitError } from '../../errors/sopskit-error.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { type FluxKustomization, keyOf, kustomizationGroup } from '../kustomization.ts';
import { readKustomization } from '../kustomization-read.ts';
import type { ClusterModel } from '../model/model.ts';
import type { LintFiles } from './lint-files.ts';
import { LintNode } from './lint-node.ts';
import { groupOf } from './lint-object.ts';

/**
 * Adds the Kustomizations that stand in the files of those that could not be built: a model goes on only where something
 * was built. Where a parent changes what it applies (patches, namespaces, variables), its children are not known.
 */
export async function unbuiltChildren(
  model: ClusterModel,
  nodes: readonly LintNode[],
  files: LintFiles,
): Promise<readonly LintNode[]> {
  const all = [...nodes];
  const keys = new Set(nodes.map(({ key }) => key));
  for (const parent of all) {
    if (parent.node.build.kind === 'built' || !(await appliesAsWritten(parent))) continue;
    for (const { object, file, lineOffset } of await parent.written()) {
      if (object.kind !== 'Kustomization' || groupOf(object.apiVersion) !== kustomizationGroup) continue;
      const kustomization = readOrNull(object.manifest);
      if (kustomization === null || keys.has(keyOf(kustomization))) continue;
      keys.add(keyOf(kustomization));
      const { kind, namespace, name } = kustomization.spec.sourceRef;
      const source = `${kind}/${namespace}/${name}`;
      const line = object.manifest.line;
      const node = {
        ...{ kustomization, owners: [parent.key], source },
        tree: model.sources.get(source)?.tree ?? (source === parent.node.source ? parent.node.tree : null),
        // why is told of the parent
        build: { kind: 'unknown', unknowns: [] } as const,
        place: { file: file.path, ...(line === undefined ? {} : { line: line + lineOffset }) },
      };
      all.push(new LintNode(node, files, parent.node.tree));
    }
  }
  return all;
}

const changing = [
  ...['patches', 'patchesStrategicMerge', 'patchesJson6902', 'replacements', 'transformers', 'components'],
  ...['namespace', 'namePrefix', 'nameSuffix', 'vars'],
];

async function appliesAsWritten(parent: LintNode): Promise<boolean> {
  const { patches, components, targetNamespace, namePrefix, nameSuffix, postBuild } = parent.spec;
  const changes = patches.length + components.length > 0 || postBuild !== null;
  if (changes || [targetNamespace, namePrefix, nameSuffix].some((field) => field !== null)) return false;
  const { kustomizations } = await parent.reach();
  return kustomizations.every(({ data }) => changing.every((field) => valueAt(data, field) === undefined));
}

function readOrNull(manifest: Mapping): FluxKustomization | null {
  try {
    return readKustomization(manifest);
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
