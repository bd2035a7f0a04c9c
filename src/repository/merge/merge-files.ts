import type { Format } from '../../formats/format.ts';
import { printablePath } from '../../system/path-text.ts';
import { type Path, printPath } from '../../tree/path.ts';
import { digestOf, encodeRecord } from './conflict-record.ts';
import type { MarkerStyle } from './conflict-text.ts';
import { mergePlain, type PlainMerge } from './merge-plain.ts';
import { groupsId } from './merge-policy.ts';
import { revealsMore } from './readable-leaves.ts';
import { type AskRule, type Seal, sealBytes, sealFor, sealText } from './seal-merged.ts';
import { looksSealed, type Side, type SideOptions, Sides } from './side.ts';

/** The three versions of a file; no common ancestor is empty. */
export interface Versions {
  readonly base: Uint8Array;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

export interface MergeRequest extends SideOptions {
  readonly format: Format;
  /** Of the file, from the top of the working tree. */
  readonly path: string;
  readonly style: MarkerStyle;
  /**
   * Whether git merges common ancestors, to have one: what is in conflict then gets a value that equals no side, so that
   * the merge proper does not take one of them silently.
   */
  readonly isInner?: boolean;
  /** Who may open the file, as our creation rule says. Absent: no rule. */
  readonly rule?: AskRule;
}

export interface MergedFile {
  /** A valid SOPS file; in a conflict with our side's values at the places in question. */
  readonly bytes: Uint8Array;
  readonly conflict: FileConflict | null;
  /** What somebody should know of how it was merged, a sentence each without its full stop. No values. */
  readonly remarks: readonly string[];
}

export interface FileConflict {
  /** What is in conflict, a sentence each without its full stop. No values. */
  readonly about: readonly string[];
  /** What `ConflictRecords` keeps, sealed for the recipients of the file. */
  readonly record: Uint8Array;
  /** The plaintext with markers. Never written anywhere. */
  readonly marked: Uint8Array;
}

/** Whether a merge is ours to make: a side is encrypted. */
export function isOurs({ ours, theirs }: Versions): boolean {
  return looksSealed(ours) || looksSealed(theirs);
}

/**
 * Merges two changed versions of an encrypted file. A side that is not encrypted is merged as it is; the result is
 * encrypted. Throws `key.unavailable` and others for a side that cannot be opened here (`isUnreadable`).
 */
export async function mergeFiles(versions: Versions, request: MergeRequest): Promise<MergedFile> {
  const known = new Sides(request.format, request);
  try {
    const [ours, theirs] = [await known.open(versions.ours), await known.open(versions.theirs)];
    const sides = { base: await known.open(versions.base, { ignoreMac: true }), ours, theirs };
    return await mergeSides(sides, known, request);
  } finally {
    known.close();
  }
}

interface ThreeSides {
  readonly base: Side;
  readonly ours: Side;
  readonly theirs: Side;
}

async function mergeSides(sides: ThreeSides, known: Sides, request: MergeRequest): Promise<MergedFile> {
  const { format, style } = request;
  const seal = await sealFor(sides, known, request, request.rule ?? (async () => null));
  const choice =
    request.isInner === true
      ? { neither: `conflict ${Buffer.from(request.system.randomBytes(16)).toString('hex')}` }
      : 'ours';
  const texts = { base: sides.base.text, ours: sides.ours.text, theirs: sides.theirs.text };
  const merged = mergePlain(format, texts, style, choice);
  const remarks = remarksOn(sides, seal);
  if (await reveals(merged, sides, seal, format)) return withOurs(sides, seal, merged, request, remarks);
  const bytes = untouched(merged, sides, seal) ?? (await sealText(format, merged.text, seal, request));
  const about = [...aboutOf(merged), ...aboutAccess(seal)];
  if (about.length === 0) return { bytes, conflict: null, remarks };
  return { bytes, conflict: await conflictOf(about, merged, bytes, seal, request), remarks };
}

/** The merged file would show what was encrypted: the user has to decide, over our version as it was. */
async function withOurs(
  { ours, theirs }: ThreeSides,
  seal: Seal,
  merged: PlainMerge,
  request: MergeRequest,
  remarks: readonly string[],
): Promise<MergedFile> {
  const about = [
    'the sides differ in what is encrypted: the merged file would show values that one side has encrypted',
    ...aboutAccess(seal),
  ];
  const { bytes } = ours.sealed === null ? theirs : ours;
  return { bytes, conflict: await conflictOf(about, merged, bytes, seal, request), remarks };
}

async function conflictOf(
  about: readonly string[],
  merged: PlainMerge,
  bytes: Uint8Array,
  seal: Seal,
  request: MergeRequest,
): Promise<FileConflict> {
  const { path, style } = request;
  const marked = merged.conflict?.marked ?? merged.text;
  const record = encodeRecord({ path, markerSize: style.size, result: digestOf(bytes), marked });
  return { about, marked, record: await sealBytes(record, seal, request) };
}

function aboutOf({ conflict }: PlainMerge): readonly string[] {
  if (conflict === null) return [];
  if (conflict.paths.length === 0) return ['both sides changed the text'];
  return conflict.paths.map((path) => `both sides changed ${placeOf(path, conflict.documents)}`);
}

/** The first step is the document's index; a conflict about all documents has none. */
function placeOf([branch, ...path]: Path, documents: number): string {
  if (branch === undefined) return 'the documents: their number, or their order';
  if (documents < 2) return path.length === 0 ? 'all of it' : printPath(path);
  const document = `document ${Number(branch) + 1}`;
  return path.length === 0 ? `all of ${document}` : `${printPath(path)} in ${document}`;
}

function aboutAccess({ conflicts, refused }: Seal): readonly string[] {
  return [
    ...conflicts.map((about) => `both sides changed ${about}`),
    ...refused.map(
      (id) =>
        `${printablePath(id)} is left out: only one side has this recipient, and no creation rule of HEAD names it. To let it in: settle the file, add it to .sops.yaml, and run sopskit updatekeys`,
    ),
  ];
}

async function reveals(merged: PlainMerge, sides: ThreeSides, seal: Seal, format: Format): Promise<boolean> {
  const { selector } = seal.metadata;
  const both = [sides.ours, sides.theirs];
  const blocks = both.map(({ sealed }) => sealed?.open.sealed.metadata ?? null);
  const isByComment = selector?.kind.endsWith('comment_regex') === true; // and comments move
  if (!isByComment && blocks.every((block) => block === null || sameSelector(block.selector, selector)))
    return false;
  const shown = both.map(({ text }, index) => ({ text, metadata: blocks[index] ?? null }));
  return revealsMore(format, { text: merged.text, metadata: seal.metadata }, shown);
}

function sameSelector(one: Seal['metadata']['selector'], other: Seal['metadata']['selector']): boolean {
  return one === other || (one?.kind === other?.kind && one?.value === other?.value);
}

/** A side's own bytes, where the merge gives just what that side has. */
function untouched(merged: PlainMerge, { ours, theirs }: ThreeSides, seal: Seal): Uint8Array | null {
  for (const { sealed, text, bytes } of [ours, theirs]) {
    if (sealed === null || sealed.key !== seal.key || Buffer.compare(text, merged.text) !== 0) continue;
    const { metadata } = sealed.open.sealed;
    const same =
      groupsId(metadata.keyGroups) === groupsId(seal.metadata.keyGroups) &&
      metadata.shamirThreshold === seal.metadata.shamirThreshold &&
      metadata.macOnlyEncrypted === seal.metadata.macOnlyEncrypted &&
      sameSelector(metadata.selector, seal.metadata.selector);
    if (same) return bytes;
  }
  return null;
}

function remarksOn({ ours, theirs }: ThreeSides, { added, removed, isNewKey }: Seal): readonly string[] {
  const remarks: string[] = [];
  if (ours.sealed === null) remarks.push('our version is not encrypted; the merged one is');
  if (theirs.sealed === null) remarks.push('their version is not encrypted; the merged one is');
  if (isNewKey) remarks.push('the data key is new, because the sides had different ones');
  if (added.length > 0) remarks.push(`their side added ${added.map(printablePath).join(', ')}`);
  if (removed.length > 0)
    remarks.push(`their side removed ${removed.map(printablePath).join(', ')}, who can no longer open it`);
  return remarks;
}
