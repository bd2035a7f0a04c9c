import type { Leaf } from '../../tree/value.ts';
import { spellExpansion } from './edit-expand.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlNode } from './node.ts';
import { type AliasUse, usesIn } from './place-alias.ts';
import type { PlaceContext } from './place-context.ts';
import { indentOf, lineEnd, lineStart } from './place-line.ts';
import { indicatorEndOf } from './place-member.ts';
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
  const { source, places } = ground;
  if (places.aliases.length === 0 || (sealed.size === 0 && changed.length === 0)) return [];
  const { aliases } = usesIn(source, new Set());
  const change = { sealed, changed };
  return [
    ...brokenAliases(source, aliases, change).flatMap((use) => expandAlias(ground, use, sealed)),
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
 * its place. One that lies in a stretch that changes anyway is not among them.
 */
export function brokenAliases(
  source: YamlSource,
  uses: readonly AliasUse[],
  change: AliasChange,
): AliasUse[] {
  const changes = new Stretches(change.changed);
  return uses.filter(
    ({ alias, leaves }) =>
      !changes.touch(alias) &&
      (changes.touch(alias.target) ||
        leaves.some((leaf) => change.sealed.has(leaf) || changes.touch(commentOf(source, leaf)))),
  );
}

/** A comment may lie outside the node it belongs to. */
function commentOf(source: YamlSource, leaf: Leaf): CommentLine | null {
  const origin = leaf.kind === 'comment' ? source.origins.get(leaf) : undefined;
  return origin?.kind === 'comment' ? origin.comment : null;
}

/** Replaces an alias by what it stands for. */
function expandAlias(ground: PutGround, use: AliasUse, sealed: ReadonlyMap<Leaf, string>): Splice[] {
  const { source, places, lineBreak } = ground;
  const { start, end } = use.alias;
  const context = places.scalarContext(use.alias);
  const indent = indentBelow(ground, use.alias);
  const text = spellExpansion(use.value, { sealed, context, indent });
  if (gapBefore(ground, use) === null) return [{ start, end, text }];
  const line = lineEnd(source.text, end);
  return [
    { start, end, text: '' },
    { start: line, end: line, text: lineBreak + ' '.repeat(indent) + text },
  ];
}

/** The column of lines that belong to an alias' expansion. */
function indentBelow(ground: PutGround, alias: YamlNode): number {
  const standing = ground.places.of(alias);
  if (standing === null || standing.parent.style === 'flow')
    return indentOf(ground.source.text, alias.start) + 2;
  return ground.places.columnOf(standing.parent) + 2;
}

/**
 * The number of characters between a key's `:` and an alias whose expansion must go to the next line: behind a flow
 * collection, go-yaml gives the comment that ends the line to the collection. `null` where it can stay.
 */
export function gapBefore(ground: PutGround, { alias, value }: AliasUse): number | null {
  const { source, places } = ground;
  const standing = places.of(alias);
  if (value.kind !== 'mapping' && value.kind !== 'sequence') return null;
  if (standing === null || standing.flow || standing.parent.kind !== 'mapping') return null;
  if (!source.text.slice(alias.end, lineEnd(source.text, alias.end)).includes('#')) return null;
  const gap = alias.start - indicatorEndOf(source.text, standing);
  return gap >= 0 && lineStart(source.text, alias.start) === lineStart(source.text, alias.start - gap)
    ? gap
    : null;
}

/** Aliases that are keys, where their target's data changes: they become plain keys. */
export function brokenKeys(places: PlaceContext, change: AliasChange): YamlNode[] {
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
