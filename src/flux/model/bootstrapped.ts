import { formatNamed } from '../../formats/registry.ts';
import { isKustomizationName } from '../../manifests/kustomization.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Builder } from '../build/build.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { keyOf, kustomizationGroup } from '../kustomization.ts';
import { readKustomization } from '../kustomization-read.ts';
import { artifactTree } from '../source/artifact-tree.ts';
import { type Candidate, plainKustomization, sourceReference } from './candidate.ts';
import { editedSnapshot } from './edited-snapshot.ts';
import { folderOf } from './gotk-sync.ts';
import { isLenient } from './installed-flux.ts';

/**
 * The entry as `flux bootstrap` applies it first: not gotk-sync.yaml by itself but the kustomization beside it, with its
 * patches. Without them, the first build may lack the decryption that it needs to tell of them.
 */
export async function bootstrapped(
  candidate: Candidate,
  snapshot: Snapshot,
  builder: Builder,
): Promise<Candidate> {
  const { file, kind, kustomization } = candidate;
  if (kind !== 'gotk-sync' || file === null) return candidate;
  const folder = folderOf(file);
  const files = await snapshot.list();
  if (!files.some(({ path }) => folderOf(path) === folder && isKustomizationName(path))) return candidate;
  const beside = plainKustomization(kustomization, {
    path: stringOf(folder),
    sourceRef: sourceReference(candidate.source.kind, candidate.source.name),
    decryption: mappingOf([['provider', stringOf('sops')]]),
  });
  const build = await builder.build(beside, await treeWith(candidate, file, snapshot), { find: () => null });
  if (build.kind !== 'built') return candidate;
  const built = build.objects.find(
    ({ identity: { group, namespace, name } }) =>
      group === kustomizationGroup && keyOf({ namespace, name }) === keyOf(kustomization),
  );
  const read = built === undefined ? null : readKustomization(built.manifest);
  const lenient = isLenient(build.objects);
  return {
    ...candidate,
    ...(read === null ? {} : { kustomization: read }),
    ...(lenient === null ? {} : { lenient }),
  };
}

/** The files, gotk-sync.yaml with what bootstrap will write into it where it is still empty. */
async function treeWith(candidate: Candidate, file: string, snapshot: Snapshot): Promise<SourceTree> {
  const rules = { ignore: null, sparse: [], submodules: false, mounts: [] };
  if (candidate.source.manifest !== null) return artifactTree(snapshot, rules);
  const yaml = await formatNamed('yaml');
  const written = yaml.emit([candidate.kustomization.manifest], { indent: 2 });
  return artifactTree(editedSnapshot(snapshot, new Map([[file, written]])), rules);
}
