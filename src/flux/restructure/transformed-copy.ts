import type { Edit } from '../../formats/format.ts';
import { entriesOf, stringOf } from '../../tree/mapping.ts';
import type { Draft } from './draft.ts';
import {
  editKustomizationFile,
  type KustomizationFile,
  kustomizationIn,
  relative,
} from './kustomization-lists.ts';
import { folderOf, join, nameOf } from './place-path.ts';
import { referencesOf } from './references.ts';

/**
 * Writes the kustomization of a folder into another one, with other resources: namespace, patches, images and the like
 * go on for what is listed there. Generators stay behind: each may be in one build only.
 */
export async function transformedCopy(
  draft: Draft,
  { path, tree }: KustomizationFile,
  target: string,
  resources: readonly string[],
): Promise<void> {
  const own = await kustomizationIn(draft, target);
  const file = own?.path ?? join(target, nameOf(path));
  await draft.write(file, await draft.require(path));
  const folder = folderOf(path);
  const gone = new Set([
    'resources',
    'bases',
    'configMapGenerator',
    'secretGenerator',
    'generators',
    'helmCharts',
  ]);
  const keys = entriesOf(tree).flatMap(({ key }) => (typeof key === 'string' && gone.has(key) ? [key] : []));
  const mended = referencesOf(tree).flatMap(({ path: at, text, before }): Edit[] => {
    if (gone.has(String(at[0]))) return [];
    const value = before + relative(target, join(folder, text));
    return [{ kind: 'put', branch: 0, path: at, value: stringOf(value) }];
  });
  const listed = {
    kind: 'sequence' as const,
    items: resources.map((one) => stringOf(relative(target, one))),
  };
  const others = keys.filter((key) => key !== 'resources');
  await editKustomizationFile(draft, file, [
    ...mended,
    ...others.map((key): Edit => ({ kind: 'remove', branch: 0, path: [key] })),
    { kind: 'put', branch: 0, path: ['resources'], value: listed },
  ]);
}
