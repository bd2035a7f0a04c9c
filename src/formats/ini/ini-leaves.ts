import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Leaf, Node } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';
import { type Edit, isSeal, type Site } from '../format.ts';
import { commentText, scalarText } from '../scalar-text.ts';
import { piecesOf, spellingOf } from '../spelling.ts';
import type { Splice } from '../splice.ts';
import { commentPieces, commentSplices } from './ini-comments.ts';
import type { IniComment, IniKey, IniPiece, IniSource } from './ini-source.ts';
import { quotesOf, valuePrinted, valueSpelled } from './ini-spelling.ts';

/** Splices of the edits that concern leaves. */
export function leafSplices(source: IniSource, edits: readonly Edit[]): Splice[] {
  const places = leafPlaces(source);
  const chosen = new Map<Node, Edit>();
  for (const edit of edits) {
    if (edit.kind === 'respell') chosen.set(edit.node, edit);
    else if ((isSeal(edit) || edit.kind === 'open') && chosen.get(edit.leaf)?.kind !== 'respell')
      chosen.set(edit.leaf, edit);
  }
  return [...chosen].flatMap(([node, edit]) => {
    const place = places.get(node);
    if (place === undefined)
      throw new SopskitError('document.path-not-found', 'The edited value is not in this document');
    return 'leaf' in place ? valueSplices(source, place, edit) : commentSplices(source, place, edit);
  });
}

/** The places of the given leaves, in text order. */
export function leafSites(source: IniSource, leaves: ReadonlySet<Leaf>): readonly Site[] {
  const sites: (Site & { readonly at: number })[] = [];
  const text = (piece: IniPiece) => source.text.slice(piece.start, piece.end);
  const comment = (found: IniComment | null, path: readonly string[]) => {
    if (found === null || !leaves.has(found.node)) return;
    const pieces = commentPieces(found);
    sites.push({
      node: found.node,
      branch: 0,
      path,
      spelling: spellingOf(pieces.map(text)),
      at: pieces[0]?.start ?? 0,
    });
  };
  for (const { name, keys, comment: ofSection } of source.sections) {
    comment(ofSection, [name]);
    for (const key of keys) {
      const pieces = key.places.map(({ valueStart, valueEnd }) => ({ start: valueStart, end: valueEnd }));
      const spelling = spellingOf(pieces.map(text));
      if (leaves.has(key.leaf))
        sites.push({
          node: key.leaf,
          branch: 0,
          path: [name, key.name],
          spelling,
          at: pieces[0]?.start ?? 0,
        });
      comment(key.comment, [name]);
    }
  }
  for (const stray of source.strays) comment(stray, []);
  return sites.sort((a, b) => a.at - b.at).map(({ at: _, ...site }) => site);
}

function leafPlaces(source: IniSource): ReadonlyMap<Node, IniKey | IniComment> {
  const places = new Map<Node, IniKey | IniComment>();
  for (const { keys, comment } of source.sections) {
    if (comment !== null) places.set(comment.node, comment);
    for (const key of keys) {
      places.set(key.leaf, key);
      if (key.comment !== null) places.set(key.comment.node, key.comment);
    }
  }
  for (const stray of source.strays) places.set(stray.node, stray);
  return places;
}

/** Every line that sets the key changes: one left behind would still show the value that the last one overrides. */
function valueSplices({ text }: IniSource, { places }: IniKey, edit: Edit): Splice[] {
  const pieces = edit.kind === 'respell' ? piecesOf(edit.spelling) : null;
  if (edit.kind === 'respell' && pieces?.length !== places.length) throw unreadable();
  return places.map(({ valueStart: start, valueEnd: end, commented }, index) => {
    const quotes = quotesOf(text.slice(start, end));
    if (isSeal(edit))
      return { start, end, text: valueSpelled(edit.ciphertext, quotes, commented) ?? edit.ciphertext };
    if (edit.kind === 'open') return { start, end, text: opened(edit.value, quotes, commented) };
    return { start, end, text: pieces?.[index] ?? '' };
  });
}

/** What no spelling can hold is printed as sops prints it. */
function opened(leaf: Leaf, quotes: string, commented: boolean): ByteText {
  const value = leaf.kind === 'comment' ? commentText(leaf) : scalarText(leaf);
  return valueSpelled(value, quotes, commented) ?? valuePrinted(value);
}

function unreadable(): SopskitError {
  return new SopskitError('sops.layout', 'The recorded spelling of an INI value cannot be read');
}
