import type { Edit } from '../format.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine } from './node.ts';
import { lineStart, nextLine, startsLine } from './place-line.ts';
import type { PutGround } from './put-ground.ts';
import type { YamlSource } from './read.ts';

/**
 * What becomes of the comments that sops drops, when a file is sealed, opened or sealed anew. None of them can be
 * sealed, for they have no place in the tree; so they are emptied, lest they stay readable beside what is sealed. Those
 * that sops itself sealed and put where it then reads no comment, as within `{}`, go: nothing could open them.
 */
export function straySplices({ source }: PutGround, edits: readonly Edit[]): Splice[] {
  if (source.strays.length === 0) return [];
  if (edits.some((edit) => edit.kind === 'seal' && edit.ciphertext !== ''))
    return source.strays.map(({ start, end }) => ({ start, end, text: '#' }));
  const opens = edits.some((edit) =>
    edit.kind === 'metadata' ? edit.value === null : edit.kind === 'open' || edit.kind === 'reseal',
  );
  return opens ? groups(source).flatMap((group) => dropped(source.text, group)) : [];
}

const sealed = /^#ENC\[AES256_GCM,.*,type:comment\]$/;

/** Sealed strays with nothing but blanks between them. */
function groups({ text, strays }: YamlSource): CommentLine[][] {
  const found: CommentLine[][] = [];
  for (const stray of strays.filter((comment) => sealed.test(comment.text))) {
    const group = found.at(-1);
    const last = group?.at(-1);
    if (last !== undefined && text.slice(last.end, stray.start).trim() === '') group?.push(stray);
    else found.push([stray]);
  }
  return found;
}

/** Where an empty collection was opened for comments only, it is closed again. */
function dropped(text: string, group: readonly CommentLine[]): Splice[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const before = text.slice(0, first.start).trimEnd();
  const behind = text.length - text.slice(last.end).trimStart().length;
  if (/[{[]$/.test(before) && /[}\]]/.test(text[behind] ?? ''))
    return [{ start: before.length, end: behind, text: '' }];
  return group.map(({ start, end }) => {
    if (startsLine(text, start)) return { start: lineStart(text, start), end: nextLine(text, end), text: '' };
    return { start: text.slice(0, start).trimEnd().length, end, text: '' };
  });
}
