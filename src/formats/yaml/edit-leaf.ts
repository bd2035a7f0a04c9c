import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Leaf, Node, Scalar } from '../../tree/value.ts';
import type { Edit } from '../format.ts';
import { openScalar } from './edit-open.ts';
import { resealScalar, sealComment, sealScalar } from './edit-seal.ts';
import type { Splice } from './edit-splice.ts';
import { spellFlow } from './flow-spelling.ts';
import { indentOf } from './place-line.ts';
import type { PutGround } from './put-ground.ts';
import type { Origin } from './read.ts';

export type LeafEdit = Extract<Edit, { kind: 'seal' | 'reseal' | 'open' }>;

/** Adds the splices for one leaf that stands in the text itself; an alias' leaves are changed with the alias. */
export function leafSplices(ground: PutGround, edit: LeafEdit, origin: Origin, splices: Splice[]): void {
  const { source } = ground;
  if (origin.alias !== null) return;
  if (edit.kind === 'open') {
    splices.push(...open(ground, origin, edit.value));
  } else if (origin.kind === 'comment') {
    splices.push(sealComment(origin.comment, edit.ciphertext));
  } else if (edit.kind === 'reseal') {
    splices.push(resealScalar(source.text, origin.node, edit.ciphertext));
  } else {
    const flow = ground.places.of(origin.node)?.flow === true;
    splices.push(...sealScalar(source.text, origin.node, flow, edit.ciphertext));
  }
}

/** Where a node of the tree came from. Throws `document.path-not-found` for a node of another tree. */
export function originOf(ground: PutGround, node: Node): Origin {
  const origin = ground.source.origins.get(node);
  if (origin !== undefined) return origin;
  throw new SopskitError('document.path-not-found', 'The edited value is not in this document');
}

/** The place of a node in the text: the alias it came through, tag and anchor included, or a comment. */
export function placeOf(origin: Origin): { readonly start: number; readonly end: number } {
  if (origin.alias !== null) return origin.alias;
  return origin.kind === 'comment' ? origin.comment : origin.node;
}

function open(ground: PutGround, origin: Origin, value: Leaf): Splice[] {
  const { source, lineBreak } = ground;
  if (origin.kind === 'comment') {
    return [sealComment(origin.comment, commentText(ground, value, origin.comment.start))];
  }
  const context = ground.places.scalarContext(origin.node);
  const scalar: Scalar = value.kind === 'comment' ? { kind: 'string', value: value.text } : value;
  return openScalar(origin.node, scalar, { text: source.text, context, lineBreak });
}

/** What follows the `#`; a text of several lines gets one `#` a line. */
function commentText(ground: PutGround, value: Leaf, start: number): string {
  const text = value.kind === 'comment' ? value.text : spellFlow(value);
  return text.replaceAll('\n', `${ground.lineBreak}${' '.repeat(indentOf(ground.source.text, start))}#`);
}
