import type { Scalar } from '../../tree/value.ts';
import { blockScalarAt, bodyFor } from './edit-body.ts';
import type { Splice } from './edit-splice.ts';
import { bodyIndent } from './literal-spelling.ts';
import type { YamlNode } from './node.ts';
import { beforeBreak, lineEnd, nextLine } from './place-line.ts';
import { contentEnd } from './place-member.ts';
import { spellDouble, spellSingle } from './quoted-spelling.ts';
import type { ScalarContext } from './scalar-spelling.ts';
import { spellScalar } from './scalar-spelling.ts';

/** What spelling a value in place must know besides the node: its surroundings, and the text's line break. */
export interface Surroundings {
  readonly text: string;
  readonly context: ScalarContext;
  readonly lineBreak: string;
}

/**
 * Puts a value in a scalar's place, in the style that is there, where that style can carry it; otherwise as go-yaml
 * would spell it. Tag, anchor and the comment behind it stay.
 */
export function openScalar(node: YamlNode, value: Scalar, around: Surroundings): Splice[] {
  const text = value.kind === 'string' ? value.value : null;
  if (text === null) return respellContent(node, value, around);
  switch (node.style) {
    case 'single':
      // In flow context single quotes stand for a plain original, see sealScalar.
      return around.context.context === 'flow'
        ? respellContent(node, value, around)
        : quoted(node, value, around, spellSingle(text));
    case 'double':
      return quoted(node, value, around, spellDouble(text));
    case 'literal':
    case 'folded':
      return openBody(node, value, text, around);
    default:
      return respellContent(node, value, around);
  }
}

function quoted(node: YamlNode, value: Scalar, around: Surroundings, spelling: string | null): Splice[] {
  if (spelling === null) return respellContent(node, value, around);
  return [{ start: node.valueStart, end: node.end, text: spelling }];
}

function openBody(node: YamlNode, value: Scalar, text: string, around: Surroundings): Splice[] {
  const scalar = blockScalarAt(around.text, node);
  const body = bodyFor(text, scalar);
  if (body === null) return respellContent(node, value, around);
  return [{ start: scalar.bodyStart, end: scalar.bodyEnd, text: body.replaceAll('\n', around.lineBreak) }];
}

/** Replaces a scalar's content by go-yaml's spelling of a value. A body goes below the line, behind its comment. */
export function respellContent(node: YamlNode, value: Scalar, around: Surroundings): Splice[] {
  const spelling = spelled(node, value, around).replaceAll('\n', around.lineBreak);
  const cut = spelling.indexOf(around.lineBreak);
  const header = cut === -1 ? spelling : spelling.slice(0, cut);
  const body = cut === -1 ? '' : spelling.slice(cut);
  if (node.style === 'literal' || node.style === 'folded') {
    const scalar = blockScalarAt(around.text, node);
    return [
      { start: node.valueStart, end: scalar.headerEnd, text: header },
      { start: scalar.headerLineEnd, end: scalar.bodyEnd, text: body },
    ];
  }
  const content = { start: node.valueStart, end: node.end, text: header };
  if (body === '') return [content];
  const end = lineEnd(around.text, node.end);
  return [content, { start: end, end, text: body }];
}

/** A literal is no use where it would take in what is behind it. */
function spelled(node: YamlNode, value: Scalar, around: Surroundings): string {
  const spelling = spellScalar(value, around.context);
  if (!spelling.startsWith('|')) return spelling;
  if (value.kind !== 'string' || around.context.context !== 'block' || !/^\|[0-9]?[-+]?\n/.test(spelling)) {
    return spelling;
  }
  const behind = behindMetadata(around.text, nextLine(around.text, contentEnd(around.text, node)));
  const keepsBreaks = !/^\|[0-9]?-/.test(spelling);
  const spoilt =
    swallows(around.text, behind, bodyIndent(around.context)) ||
    (keepsBreaks && changesBreaks(around.text, behind));
  return spoilt ? spellDouble(value.value) : spelling;
}

const metadataBlock = /sops:[^\r\n]*\r?\n(?:[ \t]+[^\r\n]*(?:\r?\n|$))*/y;
const blankLine = /[ \t]*[\r\n\x85\u2028\u2029]/y;
const comment = /[ \t\r\n\x85\u2028\u2029]*?( *)#/y;

/** What comes next, with the metadata or once they are taken out. */
function behindMetadata(text: string, offset: number): number {
  metadataBlock.lastIndex = offset;
  return offset + (metadataBlock.exec(text)?.[0].length ?? 0);
}

/** Whether the first line that is not blank is a comment as deep as the body. */
function swallows(text: string, offset: number, indent: number): boolean {
  comment.lastIndex = offset;
  return (comment.exec(text)?.[1]?.length ?? -1) >= indent;
}

/** Whether the line before has no break, or a blank line comes next. */
function changesBreaks(text: string, offset: number): boolean {
  blankLine.lastIndex = offset;
  return blankLine.test(text) || (offset === text.length && beforeBreak(text, offset) === offset);
}
