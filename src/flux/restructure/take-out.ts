import { SopskitError } from '../../errors/sopskit-error.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Draft } from './draft.ts';
import type { Item } from './items.ts';
import { list, unlist } from './kustomization-lists.ts';
import { objectsIn, removeLocated } from './located.ts';
import { folderOf, join, nameOf } from './place-path.ts';
import { listersOf } from './placing.ts';
import { movesOf, relocate } from './relocate.ts';
import { isEmptyText, piecesOf, withoutMark, withPiece } from './yaml-pieces.ts';

/**
 * Takes a file, folder or document out of where it lies, its kustomization's list included, and puts it into a folder.
 * Returns its new path. Throws `restructure.refused` where something of the name is there.
 */
export async function takeOut(draft: Draft, item: Item, target: string): Promise<string> {
  if (item.kind === 'object') return takeDocument(draft, item, target);
  const to = join(target, nameOf(item.path));
  if (to === item.path) return to;
  if ((await draft.has(to)) || (await draft.below(to)).length > 0)
    throw new SopskitError(
      'restructure.refused',
      `${item.path} cannot move to ${to}, which is there already`,
      {
        hint: 'Name another folder (--folder), or rename one of them first, which changes no build.',
      },
    );
  for (const folder of await listersOf(draft, item.path)) await unlist(draft, folder, new Set([item.path]));
  await relocate(draft, await movesOf(draft, [{ from: item.path, to }]));
  return to;
}

/** The document goes into a file of the same name: further ones of that file join it there. */
async function takeDocument(
  draft: Draft,
  { located, object }: Extract<Item, { kind: 'object' }>,
  target: string,
): Promise<string> {
  const { kind, name, namespace } = object.identity;
  if (located.pieces.some(({ tree }) => tree !== null && valueAt(tree, 'sops') !== undefined))
    throw new SopskitError(
      'restructure.refused',
      `${kind} ${name} is in an encrypted file with others (${located.file}), whose MAC is over all of them`,
      { hint: `Put it into a file of its own first, with \`sopskit edit\`; or move the whole file.` },
    );
  // documents taken out before have moved it up, the first one without its mark
  const wanted = withoutMark(located.pieces[located.index]?.text ?? '');
  const found = (await objectsIn(draft, located.file)).find(
    ({ pieces, index }) => withoutMark(pieces[index]?.text ?? '') === wanted,
  );
  const text = found?.pieces[found.index]?.text;
  if (found === undefined || text === undefined)
    throw new SopskitError(
      'restructure.refused',
      `${kind} ${namespace}/${name} is not in ${located.file} any more`,
    );
  if (await removeLocated(draft, found)) {
    for (const folder of await listersOf(draft, located.file))
      await unlist(draft, folder, new Set([located.file]));
  }
  const to = join(target, nameOf(located.file));
  const there = await draft.read(to);
  if (
    there !== null &&
    piecesOf(there).some(({ tree }) => tree !== null && valueAt(tree, 'sops') !== undefined)
  )
    throw new SopskitError(
      'restructure.refused',
      `${to} is there already, and encrypted: its MAC is over all that is in it`,
      {
        hint: 'Name another --folder.',
      },
    );
  const opens = /^---/m.test(found.pieces.map((piece) => piece.text).find((one) => !isEmptyText(one)) ?? '');
  const first = opens ? Buffer.from(withMark(text), 'latin1') : Buffer.from(withoutMark(text), 'latin1');
  await draft.write(to, there === null ? first : withPiece(there, text));
  await list(draft, folderOf(to), to);
  return to;
}

function withMark(text: string): string {
  return text.startsWith('---') ? text : `---\n${text}`;
}
