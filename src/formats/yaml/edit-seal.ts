import { blockScalarAt, lastLineEnd } from './edit-body.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlNode } from './node.ts';
import { dropProperty, isCoreTag, propertiesOf } from './place-property.ts';

/**
 * Puts a ciphertext in a scalar's place, in the scalar's own style. Plain stays plain in block context; in flow
 * context, where a ciphertext must be quoted, plain becomes single-quoted. A block scalar keeps its header, and its
 * body becomes one line. Core tags go, for sops and Flux cannot read a ciphertext behind them; the anchor stays.
 */
export function sealScalar(text: string, node: YamlNode, flow: boolean, ciphertext: string): Splice[] {
  if (node.tag === '') return [sealedContent(text, node, flow, ciphertext)];
  const coreTags = propertiesOf(text, node).filter(isCoreTag);
  return [...coreTags.map(dropProperty), sealedContent(text, node, flow, ciphertext)];
}

function sealedContent(text: string, node: YamlNode, flow: boolean, ciphertext: string): Splice {
  const { valueStart: start, end } = node;
  switch (node.style) {
    case 'single':
      return { start, end, text: `'${ciphertext}'` };
    case 'double':
      return { start, end, text: `"${ciphertext}"` };
    case 'literal':
    case 'folded':
      return sealedBody(text, node, ciphertext);
    default:
      return { start, end, text: flow ? `'${ciphertext}'` : ciphertext };
  }
}

/** Blank lines at the end stay, so that comments behind them keep their distance. */
function sealedBody(text: string, node: YamlNode, ciphertext: string): Splice {
  const scalar = blockScalarAt(text, node);
  const start = scalar.bodyStart;
  return { start, end: lastLineEnd(text, scalar), text: ' '.repeat(scalar.indent) + ciphertext };
}

/** Exchanges the ciphertext of a sealed scalar; quotes, header and everything around it stay. */
export function resealScalar(text: string, node: YamlNode, ciphertext: string): Splice {
  const { valueStart: start, end } = node;
  switch (node.style) {
    case 'single':
    case 'double':
      return { start: start + 1, end: end - 1, text: ciphertext };
    case 'literal':
    case 'folded':
      return sealedBody(text, node, ciphertext);
    default:
      return { start, end, text: ciphertext };
  }
}

/** Puts a ciphertext, or another text, in the place of a comment's. */
export function sealComment(comment: CommentLine, ciphertext: string): Splice {
  return { start: comment.start, end: comment.end, text: `#${ciphertext}` };
}
