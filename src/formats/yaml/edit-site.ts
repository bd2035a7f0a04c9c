import type { Leaf, Node } from '../../tree/value.ts';
import type { Site } from '../format.ts';
import { brokenAliases } from './edit-alias.ts';
import { originOf, placeOf } from './edit-leaf.ts';
import { usesIn } from './place-alias.ts';
import type { PutGround } from './put-ground.ts';

/**
 * Lists the places that sealing `leaves` would change, in text order: the leaves that stand in the text, and the
 * aliases that must give way to what they stand for.
 */
export function sitesOf(ground: PutGround, leaves: ReadonlySet<Leaf>): Site[] {
  const { source } = ground;
  const uses = usesIn(source, leaves);
  const sealed = new Map([...leaves].map((leaf) => [leaf, '']));
  const changed = uses.direct.map(({ leaf }) => placeOf(originOf(ground, leaf)));
  const broken = brokenAliases(source, uses.aliases, { sealed, changed });
  const places = [
    ...uses.direct.map(({ leaf, branch, path }) => ({ node: leaf as Node, branch, path })),
    ...broken.map(({ value, branch, path }) => ({ node: value as Node, branch, path })),
  ];
  return places
    .map((place) => ({ ...place, ...placeOf(originOf(ground, place.node)) }))
    .sort((a, b) => a.start - b.start)
    .map(({ node, branch, path, start, end }) => ({
      node,
      branch,
      path,
      spelling: source.text.slice(start, end),
    }));
}
