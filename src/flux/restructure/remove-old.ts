import type { Edit } from '../../formats/format.ts';
import { isKustomizationName } from '../../manifests/kustomization.ts';
import { stringOf } from '../../tree/mapping.ts';
import type { Draft } from './draft.ts';
import { editKustomizationFile, kustomizationIn, relative } from './kustomization-lists.ts';
import { folderOf, join } from './place-path.ts';
import { referencesOf } from './references.ts';
import type { Moves } from './relocate.ts';

/** Takes away what was copied, and has kustomizations that stay name the copies. */
export async function removeOld(draft: Draft, moves: Moves): Promise<void> {
  for (const from of moves.files.keys()) await draft.write(from, null);
  for (const file of (await draft.paths()).filter(isKustomizationName)) {
    const folder = folderOf(file);
    const found = await kustomizationIn(draft, folder);
    if (found?.path !== file) continue;
    const edits = referencesOf(found.tree).flatMap(({ path, text, before }): Edit[] => {
      const target = join(folder, text);
      const now = moves.of(target);
      if (now === target) return [];
      return [{ kind: 'put', branch: 0, path, value: stringOf(before + relative(folder, now)) }];
    });
    if (edits.length > 0) await editKustomizationFile(draft, file, edits);
  }
}
