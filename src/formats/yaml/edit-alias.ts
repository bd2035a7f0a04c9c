import type { Leaf } from '../../tree/value.ts';
import { spellExpansion } from './edit-expand.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlNode } from './node.ts';
import { type AliasUse, usesIn } from './place-alias.ts';
import type { PlaceContext } from './place-context.ts';
import { indentOf } from './place-line.ts';
import { type Stretch, Stretches } from './place-stretch.ts';
import type { PutGround } from './put-ground.ts';
import type { YamlSource } from './read.ts';
import { spellKey } from './scalar-spelling.ts';

/** Expands the aliases that cannot stay where leaves are sealed and the data in some stretches changes. */
export function aliasSplices(
  ground: PutGround,
  sealed: ReadonlyMap<Leaf, string>,
  changed: readonly Stretch[],
): Splice[] {
  const { source, places, lineBreak } = ground;
  if (places.aliases.length === 0 || (sealed.size === 0 && changed.length === 0)) return [];
  const { aliases } = usesIn(source, new Set());
  const change = { sealed, changed };
  return [
    ...brokenAliases(source, aliases, change).map((use) =>
      expandAlias(source, places, use, sealed, lineBreak),
    ),
    ...brokenKeys(places, change).map((alias) => expandKey(places, alias)),
  ];
}

/** What happens to the text besides the aliases, as far as it concerns them. */
export interface AliasChange {
  /** The ciphertexts of all sealed leaves. */
  readonly sealed: ReadonlyMap<Leaf, string>;
  /** Where data in the text changes. */
  readonly changed: readonly Stretch[];
}

/**
 * Lists the aliases that cannot stay: those through which a leaf is sealed, and those whose target's data changes in
 * its place.
 */
export function brokenAliases(
  source: YamlSource,
  uses: readonly AliasUse[],
  change: AliasChange,
): AliasUse[] {
  const changes = new Stretches(change.changed);
  return uses.filter(
    ({ alias, leaves }) =>
      changes.touch(alias.target) ||
      leaves.some((leaf) => change.sealed.has(leaf) || changes.touch(commentOf(source, leaf))),
  );
}

/** A comment may lie outside the node it belongs to. */
function commentOf(source: YamlSource, leaf: Leaf): CommentLine | null {
  const origin = leaf.kind === 'comment' ? source.origins.get(leaf) : undefined;
  return origin?.kind === 'comment' ? origin.comment : null;
}

/** Replaces an alias by what it stands for. */
function expandAlias(
  source: YamlSource,
  places: PlaceContext,
  use: AliasUse,
  sealed: ReadonlyMap<Leaf, string>,
  lineBreak: string,
): Splice {
  const { alias } = use;
  const context = places.scalarContext(alias);
  const indent = indentOf(source.text, alias.start) + 2;
  const text = spellExpansion(use.value, { sealed, context, lineBreak, indent });
  return { start: alias.start, end: alias.end, text };
}

/** Aliases that are keys, where their target's data changes: they become plain keys. */
function brokenKeys(places: PlaceContext, change: AliasChange): YamlNode[] {
  const changes = new Stretches(change.changed);
  return places.aliases.filter((alias) => {
    const standing = places.of(alias);
    return standing?.parent.kind === 'mapping' && standing.index % 2 === 0 && changes.touch(alias.target);
  });
}

function expandKey(places: PlaceContext, alias: YamlNode): Splice {
  const flow = places.of(alias)?.flow === true;
  return {
    start: alias.start,
    end: alias.end,
    text: spellKey(alias.target?.value ?? '', flow ? 'flow' : 'block'),
  };
}
