import type { Leaf, Node } from '../../tree/value.ts';
import type { Site } from '../format.ts';
import { brokenAliases, brokenKeys, gapBefore } from './edit-alias.ts';
import { originOf, placeOf } from './edit-leaf.ts';
import { printSpelling, type Spelling } from './edit-spelling.ts';
import { nodesAt, usesIn } from './place-alias.ts';
import type { PutGround } from './put-ground.ts';

/**
 * Lists the places that sealing `leaves` would change, in text order: the leaves that stand in the text, and the
 * aliases that must give way to what they stand for. An alias that is a key is told with its entry's value.
 */
export function sitesOf(ground: PutGround, leaves: ReadonlySet<Leaf>): Site[] {
  const { source, places } = ground;
  const uses = usesIn(source, leaves);
  const change = {
    sealed: new Map([...leaves].map((leaf) => [leaf, ''])),
    changed: uses.direct.map(({ leaf }) => placeOf(originOf(ground, leaf))),
  };
  const sites = new Map<Node, Draft>();
  for (const { leaf, branch, path } of uses.direct) add(sites, leaf, branch, path, textOf(ground, leaf));
  for (const use of brokenAliases(source, uses.aliases, change)) {
    const gap = gapBefore(ground, use);
    add(sites, use.value, use.branch, use.path, {
      ...textOf(ground, use.value),
      ...(gap === null ? {} : { gap }),
    });
  }
  const keys = brokenKeys(places, change);
  for (const { key, node, branch, path } of keys.length === 0 ? [] : nodesAt(ground, keys)) {
    add(sites, node, branch, path, { key: source.text.slice(key.start, key.end) });
  }
  return [...sites.values()]
    .map((site) => ({ ...site, at: placeOf(originOf(ground, site.node)).start }))
    .sort((a, b) => a.at - b.at)
    .map(({ node, branch, path, spelling }) => ({ node, branch, path, spelling: printSpelling(spelling) }));
}

type Draft = Pick<Site, 'node' | 'branch' | 'path'> & { readonly spelling: Spelling };

function add(
  sites: Map<Node, Draft>,
  node: Node,
  branch: number,
  path: Site['path'],
  spelling: Spelling,
): void {
  sites.set(node, { node, branch, path, spelling: { ...sites.get(node)?.spelling, ...spelling } });
}

function textOf(ground: PutGround, node: Node): Spelling {
  const { start, end } = placeOf(originOf(ground, node));
  return { text: ground.source.text.slice(start, end) };
}
