import type { Path } from '../../tree/path.ts';
import type { Mapping, Sequence, Value } from '../../tree/value.ts';
import { mergeLists } from './three-way.ts';
import { entriesIn, itemsIn, keyId, sameValue, valueId } from './value-id.ts';

/** What to put where both sides changed a value: a side, or something that equals no side. */
export type Choice = 'base' | 'ours' | 'theirs' | { readonly neither: string };

export interface MergedTree {
  readonly branches: readonly Mapping[];
  /** Where both sides changed the same value, each its own way; the first step is the document's index. */
  readonly conflicts: readonly Path[];
}

interface Three {
  /** `null`: there is no such value on that side. */
  readonly base: Value | null;
  readonly ours: Value | null;
  readonly theirs: Value | null;
  /** What merging the lines gave at this place; absent where that is not known. */
  readonly lines?: Value | null;
}

/**
 * Merges two changed trees by structure. A list or a string that both sides changed is what the lines merged to, where
 * git's way of merging lines (`lines`) is clean; else it is merged by items, or by its own lines.
 */
export function mergeTrees(
  base: readonly Mapping[],
  ours: readonly Mapping[],
  theirs: readonly Mapping[],
  lines: readonly Mapping[] | null,
  choice: Choice,
): MergedTree {
  const merger = new TreeMerger(choice);
  const listed = (items: readonly Mapping[]): Sequence => ({ kind: 'sequence', items });
  const three = { base: listed(base), ours: listed(ours), theirs: listed(theirs) };
  const whole = lines === null ? three : { ...three, lines: listed(lines) };
  const merged = merger.documents(whole);
  return { branches: merged.filter((item) => item.kind === 'mapping'), conflicts: merger.conflicts };
}

class TreeMerger {
  readonly conflicts: Path[] = [];
  readonly #choice: Choice;

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** As many documents on both sides belong to each other, in their order. */
  documents(
    three: Three & { readonly base: Sequence; readonly ours: Sequence; readonly theirs: Sequence },
  ): Value[] {
    const { base, ours, theirs, lines } = three;
    const count = ours.items.length;
    if (theirs.items.length === count && [0, count].includes(base.items.length)) {
      const ranges = { base: itemsIn(base), ours: itemsIn(ours), theirs: itemsIn(theirs) };
      const read = lines?.kind === 'sequence' && lines.items.length === count ? itemsIn(lines) : undefined;
      return this.#oneByOne(ranges, [], 0, read);
    }
    const merged = this.#value(three, []);
    return merged?.kind === 'sequence' ? itemsIn(merged) : [];
  }

  #value(three: Three, path: Path): Value | null {
    const { base, ours, theirs, lines } = three;
    if (sameValue(ours, theirs) || sameValue(base, theirs)) return ours;
    if (sameValue(base, ours)) return theirs;
    if (isPlainMap(ours) && isPlainMap(theirs) && (base === null || isPlainMap(base)))
      return this.#mapping(base, ours, theirs, lines, path);
    if (base?.kind !== ours?.kind || base?.kind !== theirs?.kind) return this.#conflict(three, path);
    if (lines && lines.kind === base?.kind && !sameValue(lines, ours) && !sameValue(lines, theirs))
      return lines;
    if (base?.kind === 'sequence') return this.#sequence(three, path);
    return mergedText(three) ?? this.#conflict(three, path);
  }

  #conflict(three: Three, path: Path): Value | null {
    this.conflicts.push(path);
    if (typeof this.#choice === 'object') return { kind: 'string', value: this.#choice.neither };
    return three[this.#choice];
  }

  #mapping(
    base: Mapping | null,
    ours: Mapping,
    theirs: Mapping,
    lines: Value | null | undefined,
    path: Path,
  ): Mapping {
    const [old, our, their] = [membersOf(base), membersOf(ours), membersOf(theirs)];
    const read = lines?.kind === 'mapping' ? membersOf(lines) : null;
    const entries: Mapping['entries'][number][] = [];
    for (const id of new Set([...our.keys(), ...their.keys(), ...old.keys()])) {
      const entry = our.get(id) ?? their.get(id) ?? old.get(id);
      if (entry === undefined) continue;
      const three = {
        base: old.get(id)?.value ?? null,
        ours: our.get(id)?.value ?? null,
        theirs: their.get(id)?.value ?? null,
      };
      const known = read === null ? three : { ...three, lines: read.get(id)?.value ?? null };
      const step = typeof entry.key === 'string' ? entry.key : entry.key.text;
      const value = this.#value(known, [...path, step]);
      if (value !== null) entries.push({ kind: 'entry', key: entry.key, value });
    }
    return { kind: 'mapping', entries };
  }

  /** By items, where changes do not touch; by a name where all items have one; else as one value. */
  #sequence(three: Three, path: Path): Value | null {
    const { base, ours, theirs } = three;
    if (base?.kind !== 'sequence' || ours?.kind !== 'sequence' || theirs?.kind !== 'sequence') return null;
    const lists = { base: itemsIn(base), ours: itemsIn(ours), theirs: itemsIn(theirs) };
    const chunks = mergeLists(lists.base.map(valueId), lists.ours.map(valueId), lists.theirs.map(valueId));
    const fits = chunks.every(
      ({ kind, ...of }) =>
        kind === 'agreed' || (span(of.base) === span(of.ours) && span(of.base) === span(of.theirs)),
    );
    if (!fits) return this.#named(lists, path) ?? this.#conflict(three, path);
    const items = chunks.flatMap((chunk): Value[] => {
      if (chunk.kind === 'agreed') return lists[chunk.from].slice(...chunk[chunk.from]);
      const ranges = {
        base: lists.base.slice(...chunk.base),
        ours: lists.ours.slice(...chunk.ours),
        theirs: lists.theirs.slice(...chunk.theirs),
      };
      return this.#oneByOne(ranges, path, chunk.ours[0]);
    });
    return { kind: 'sequence', items };
  }

  #oneByOne(lists: Lists, path: Path, start: number, lines?: readonly Value[]): Value[] {
    return lists.ours.flatMap((ours, index) => {
      const three = { base: lists.base[index] ?? null, ours, theirs: lists.theirs[index] ?? null };
      const known = lines === undefined ? three : { ...three, lines: lines[index] ?? null };
      const merged = this.#value(known, [...path, start + index]);
      return merged === null ? [] : [merged];
    });
  }

  /** Lists of maps that have names, as Kubernetes' have: the same name is the same item, wherever it stands. */
  #named(lists: Lists, path: Path): Sequence | null {
    const [base, ours, theirs] = [byName(lists.base), byName(lists.ours), byName(lists.theirs)];
    if (base === null || ours === null || theirs === null) return null;
    const items: Value[] = [];
    for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
      const three = { base: base.get(name), ours: ours.get(name), theirs: theirs.get(name) };
      const index = three.ours === undefined ? lists.ours.length : lists.ours.indexOf(three.ours);
      const merged = this.#value(
        { base: three.base ?? null, ours: three.ours ?? null, theirs: three.theirs ?? null },
        [...path, index],
      );
      if (merged !== null) items.push(merged);
    }
    return { kind: 'sequence', items };
  }
}

interface Lists {
  readonly base: readonly Value[];
  readonly ours: readonly Value[];
  readonly theirs: readonly Value[];
}

function span([start, end]: readonly [number, number]): number {
  return end - start;
}

type Members = ReadonlyMap<string, ReturnType<typeof entriesIn>[number]>;

function membersOf(mapping: Mapping | null): Members {
  return new Map((mapping === null ? [] : entriesIn(mapping)).map((entry) => [keyId(entry), entry]));
}

/** A map in which no key stands twice: only such a one can be merged by keys. */
function isPlainMap(value: Value | null): value is Mapping {
  return value?.kind === 'mapping' && membersOf(value).size === entriesIn(value).length;
}

function byName(items: readonly Value[]): Map<string, Value> | null {
  const named = new Map<string, Value>();
  for (const item of items) {
    const name = item.kind === 'mapping' ? membersOf(item).get('"name"')?.value : undefined;
    if (name?.kind !== 'string' || named.has(name.value)) return null;
    named.set(name.value, item);
  }
  return named;
}

/** A text of several lines, merged by its lines; `null` where it is none, or where its changes touch. */
function mergedText({ base, ours, theirs }: Three): Value | null {
  if (base?.kind !== 'string' || ours?.kind !== 'string' || theirs?.kind !== 'string') return null;
  const [old, our, their] = [linesOf(base.value), linesOf(ours.value), linesOf(theirs.value)];
  const chunks = mergeLists(old, our, their);
  if (chunks.some(({ kind }) => kind === 'both')) return null;
  const lines = chunks.flatMap(({ from, ...of }) =>
    from === 'ours' ? our.slice(...of.ours) : their.slice(...of.theirs),
  );
  return { kind: 'string', value: lines.join('') };
}

/** Lines with their ends. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
