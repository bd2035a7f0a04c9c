import type { Document } from '../formats/format.ts';
import { nodeAt } from '../tree/node-at.ts';
import type { Leaf } from '../tree/value.ts';
import { emptyLayout, type Layout, layOut, patchBetween } from './layout.ts';

export interface LayoutInput {
  readonly plain: Document;
  /** The sealed text of `plain`, read again. */
  readonly sealed: Document;
  /** Leaves of `sealed` and their plain values. */
  readonly opens: ReadonlyMap<Leaf, Leaf>;
  /** The leaves of `plain` that were sealed. */
  readonly sealedLeaves: ReadonlySet<Leaf>;
}

/** Records what opening `sealed` would not give back of `plain`: only the exceptions. */
export function recordLayout(input: LayoutInput): Layout {
  const { plain, sealed, opens } = input;
  const opened = layOut(sealed, opens, emptyLayout);
  if (Buffer.compare(opened, plain.bytes) === 0) return emptyLayout;
  const spellings = exceptions(input, opened);
  const laidOut = layOut(sealed, opens, { spellings, patch: null });
  return { spellings, patch: patchBetween(laidOut, plain.bytes) };
}

/**
 * The sites whose spelling in the opened text is another than in the plain one. A path must lead to its site and to
 * nothing else: a comment has the path of the mapping it stands in, and of duplicate keys only the first can be found.
 * What differs there is left to the patch.
 */
function exceptions({ plain, sealedLeaves }: LayoutInput, opened: Uint8Array): Layout['spellings'] {
  const { data } = plain;
  const sites = plain
    .sites(sealedLeaves)
    .filter((site) => nodeAt(data[site.branch], site.path) === site.node);
  const again = openedSpellings(
    plain,
    opened,
    sites.map((site) => [site.branch, site.path]),
  );
  return sites.flatMap((site) => {
    const id = placeId(site.branch, site.path);
    return again.get(id) === site.spelling ? [] : [[site.branch, site.path, site.spelling] as const];
  });
}

/** How the opened text spells the same places. */
function openedSpellings(
  plain: Document,
  opened: Uint8Array,
  places: readonly (readonly [number, readonly (string | number)[]])[],
): Map<string, string> {
  const spellings = new Map<string, string>();
  try {
    const document = plain.format.parse(opened);
    const leaves = new Set<Leaf>();
    for (const [branch, path] of places) {
      const node = nodeAt(document.data[branch], path);
      if (node !== null && node.kind !== 'mapping' && node.kind !== 'sequence') leaves.add(node);
    }
    for (const site of document.sites(leaves)) spellings.set(placeId(site.branch, site.path), site.spelling);
  } catch {
    return new Map(); // then every spelling is recorded
  }
  return spellings;
}

function placeId(branch: number, path: readonly (string | number)[]): string {
  return JSON.stringify([branch, path]);
}
