import type { Splice } from './edit-splice.ts';
import type { YamlNode } from './node.ts';

/** A tag or an anchor before a node's content, with the blanks behind it. */
export interface Property {
  readonly kind: 'tag' | 'anchor';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const token =
  /[ \t\r\n\x85\u2028\u2029]+|#[^\r\n\x85\u2028\u2029]*|(?<property>[&!][^ \t\r\n\x85\u2028\u2029]*)[ \t]*/gy;

/** Lists what stands between a node's start and its content; comments are passed over. */
export function propertiesOf(text: string, node: YamlNode): Property[] {
  if (node.start === node.valueStart) return [];
  return [...text.slice(node.start, node.valueStart).matchAll(token)].flatMap((found) => {
    const property = found.groups?.['property'];
    if (property === undefined) return [];
    const start = node.start + found.index;
    const kind = property.startsWith('!') ? 'tag' : 'anchor';
    return [{ kind, text: property, start, end: start + found[0].length }];
  });
}

export function dropProperty(property: Property): Splice {
  return { start: property.start, end: property.end, text: '' };
}

const coreTag = /^!(?:![^!]*|<tag:yaml\.org,2002:[^>]*>)?$/;

/** Whether a property is a tag of YAML itself (`!!str`, `!`), which says how to type what follows. */
export function isCoreTag(property: Property): boolean {
  return property.kind === 'tag' && coreTag.test(property.text);
}
