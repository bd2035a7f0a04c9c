import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Edit } from '../format.ts';
import { metadataKey } from '../metadata-place.ts';
import { aliasSplices } from './edit-alias.ts';
import { applySplices, type Splice } from './edit-splice.ts';
import { emitYaml } from './emit.ts';
import type { YamlDocument } from './node.ts';
import { nextLine } from './place-line.ts';
import { sameData, sameSealedComments } from './put-compare.ts';
import { Draft } from './put-draft.ts';
import { PutEdit, type PutManner } from './put-edit.ts';
import type { PutGround } from './put-ground.ts';
import { shiftLines } from './put-lines.ts';
import { readYaml, type YamlSource } from './read.ts';

export type PutStep = Extract<Edit, { kind: 'put' | 'remove' }>;

/**
 * Puts and removes values in their order and returns the new text, read. What comes out is compared with the tree that
 * sops' `set` and `unset` would make; where the layout cannot carry it, the smallest collection around the change that
 * can is written anew, at last the document, as sops writes it. That
 * a plain comment comes to stand in another collection is no reason to.
 * Throws `document.path-not-found`.
 */
export function putInto(ground: PutGround, steps: readonly PutStep[]): YamlSource {
  const { source } = ground;
  const drafts = new Map<number, Draft>();
  for (const step of steps) draftOf(source, drafts, step.branch).apply(step);
  const wanted = source.branches.map((branch, index) => finished(drafts.get(index), branch));
  const isRight = (read: YamlSource | null): read is YamlSource =>
    wanted.every((branch, index) => matches(read, index, branch));
  let first: YamlSource | null = null;
  for (const manner of manners(drafts.values())) {
    const read = tryRead(withPieces(ground, drafts, manner, new Set()));
    if (isRight(read)) return read;
    first ??= read;
  }
  const wrong = wanted.flatMap((branch, index) => (matches(first, index, branch) ? [] : [index]));
  return better(first, tryRead(withPieces(ground, drafts, exact, new Set(wrong))), wanted);
}

const exact: PutManner = { spaced: false, coarse: new Set() };

/** The ways to write changes, from what keeps most: then the smallest collections around them are written anew. */
function* manners(drafts: Iterable<Draft>): Iterable<PutManner> {
  yield exact;
  yield { ...exact, spaced: true };
  const heights = new Map<Draft, number>();
  const roots = [...drafts];
  const top = Math.max(...roots.map((root) => measure(root, heights)));
  for (let height = 0; height < top; height++) {
    const low = [...heights].flatMap(([draft, own]) =>
      own <= height && !roots.includes(draft) ? [draft] : [],
    );
    yield { spaced: false, coarse: new Set(low) };
  }
}

/** How many levels of changed collections are in one. */
function measure(draft: Draft, heights: Map<Draft, number>): number {
  const height = Math.max(0, ...draft.drafts.map((below) => measure(below, heights) + 1));
  heights.set(draft, height);
  return height;
}

/** The tree as it is to be; what was appended goes before the metadata. */
function finished(draft: Draft | undefined, branch: Mapping): Mapping {
  const { entries } = (draft?.finish() ?? branch) as Mapping;
  const isMetadata = (member: Mapping['entries'][number]): boolean =>
    member.kind === 'entry' && member.key === metadataKey;
  return {
    kind: 'mapping',
    entries: [...entries.filter((member) => !isMetadata(member)), ...entries.filter(isMetadata)],
  };
}

function draftOf(source: YamlSource, drafts: Map<number, Draft>, branch: number): Draft {
  const known = drafts.get(branch);
  if (known !== undefined) return known;
  const mapping = source.branches[branch];
  if (mapping === undefined)
    throw new SopskitError('document.path-not-found', `There is no document ${branch + 1} in the file`);
  const draft = new Draft(mapping);
  drafts.set(branch, draft);
  return draft;
}

/** The text with every changed document spliced, or written anew where it is in `anew` or no splice can do it. */
function withPieces(
  ground: PutGround,
  drafts: ReadonlyMap<number, Draft>,
  manner: PutManner,
  anew: Set<number>,
): string {
  const { source } = ground;
  const splices: Splice[] = [];
  const edit = new PutEdit(ground, manner);
  for (const [index, draft] of drafts) {
    if (!anew.has(index) && !edit.collection(draft)) anew.add(index);
  }
  for (const index of anew) {
    const document = source.documents[index];
    const branch = source.branches[index];
    if (document === undefined || branch === undefined) continue;
    splices.push(written(ground, document, finished(drafts.get(index), branch)));
    edit.changed.push(document);
  }
  const kept = edit.splices.filter((splice) => !inside(splice, source, anew));
  return applySplices(source.text, [...splices, ...kept, ...aliasSplices(ground, new Map(), edit.changed)]);
}

function inside(splice: Splice, source: YamlSource, anew: ReadonlySet<number>): boolean {
  for (const index of anew) {
    const document = source.documents[index];
    if (document !== undefined && splice.start >= document.start && splice.end <= document.end) return true;
  }
  return false;
}

/** A document as sops would write it, in place of its content. */
function written(ground: PutGround, document: YamlDocument, branch: Mapping): Splice {
  const { text } = ground.source;
  const lines = shiftLines(emitYaml([branch], { indent: ground.places.step }), 0, ground.lineBreak);
  const line = nextLine(text, document.contentStart);
  const headed = document.explicitStart && text.slice(document.contentStart, line).trim() !== '';
  const behindMark =
    document.explicitStart && !headed && line > document.contentStart && line <= document.end;
  const start = behindMark ? line : document.contentStart;
  return {
    start,
    end: document.end,
    text: document.explicitStart && !behindMark ? ground.lineBreak + lines : lines,
  };
}

function tryRead(text: string): YamlSource | null {
  try {
    return readYaml(new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

function matches(read: YamlSource | null, index: number, wanted: Mapping): boolean {
  const branch = read?.branches[index];
  if (branch === undefined) return false;
  const found = finished(undefined, branch);
  return sameData(found, wanted) && sameSealedComments(found, wanted);
}

/** Of two texts neither of which is right throughout, the one with the right data and more of its layout. */
function better(
  spliced: YamlSource | null,
  rewritten: YamlSource | null,
  wanted: readonly Mapping[],
): YamlSource {
  const isRight = (source: YamlSource | null): source is YamlSource =>
    source !== null &&
    wanted.every((branch, index) => {
      const found = source.branches[index];
      return found !== undefined && sameData(finished(undefined, found), branch);
    });
  if (rewritten !== null && wanted.every((branch, index) => matches(rewritten, index, branch)))
    return rewritten;
  if (isRight(spliced)) return spliced;
  if (isRight(rewritten)) return rewritten;
  throw new SopskitError('document.not-emittable', 'the change cannot be written into this YAML file');
}
