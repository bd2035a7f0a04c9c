import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Node } from '../../tree/value.ts';
import { originOf, placeOf } from './edit-leaf.ts';
import { parseSpelling } from './edit-spelling.ts';
import type { Splice } from './edit-splice.ts';
import type { YamlNode } from './node.ts';
import { beforeBreak, lineStart, startsLine } from './place-line.ts';
import { indicatorEndOf } from './place-member.ts';
import type { PutGround } from './put-ground.ts';
import type { Origin } from './read.ts';

/** Puts back the spelling that a node had, and that of its key. Throws `sops.layout` for one that no site had. */
export function respell(ground: PutGround, node: Node, printed: string): Splice[] {
  const origin = originOf(ground, node);
  const spelling = parseSpelling(printed);
  if (spelling === null)
    throw new SopskitError('sops.layout', 'The recorded spelling of a YAML value cannot be read');
  const { text, gap, key } = spelling;
  return [
    ...(key === undefined ? [] : respellKey(ground, origin, key)),
    ...(text === undefined ? [] : respellText(ground, origin, text, gap)),
  ];
}

function respellKey(ground: PutGround, origin: Origin, key: string): Splice[] {
  const standing = origin.kind === 'node' ? ground.places.of(origin.alias ?? origin.node) : null;
  const node = standing?.parent.kind === 'mapping' ? standing.parent.content[standing.index - 1] : undefined;
  return node === undefined ? [] : [{ start: node.start, end: node.end, text: key }];
}

function respellText(ground: PutGround, origin: Origin, text: string, gap: number | undefined): Splice[] {
  const { source } = ground;
  const { start, end } = placeOf(origin);
  if (gap !== undefined && origin.kind === 'node' && startsLine(source.text, start)) {
    return moveUp(ground, origin.alias ?? origin.node, text, gap);
  }
  // A block scalar's last line break stays where the spelling ends with one: metadata may stand right behind it.
  const contentEnd = beforeBreak(source.text, end);
  const spelled = beforeBreak(text, text.length);
  if (contentEnd === end || contentEnd < start || spelled === text.length) return [{ start, end, text }];
  return [{ start, end: contentEnd, text: text.slice(0, spelled) }];
}

/** Brings a text back to the line of its key, from which `expandAlias` moved it. */
function moveUp(ground: PutGround, node: YamlNode, text: string, gap: number): Splice[] {
  const at = indicatorEndOf(ground.source.text, ground.places.of(node)) + gap;
  const line = lineStart(ground.source.text, node.start);
  return [
    { start: at, end: at, text },
    { start: beforeBreak(ground.source.text, line), end: node.end, text: '' },
  ];
}
