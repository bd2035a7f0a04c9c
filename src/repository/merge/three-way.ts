import { type Hunk, hunksBetween } from './line-diff.ts';

/** A stretch of a three-way merge: agreed on, or changed on both sides. Indexes into the three lists, end excluded. */
export interface Chunk {
  readonly kind: 'agreed' | 'both';
  readonly base: readonly [number, number];
  readonly ours: readonly [number, number];
  readonly theirs: readonly [number, number];
  /** Of an agreed stretch: the side to take it from. */
  readonly from: 'ours' | 'theirs';
}

/**
 * Merges two changed lists, as git merges lines: changes that overlap or touch count as one, made on both sides. Where
 * both made the same change it is agreed on. With `apart`, changes that merely touch are two.
 */
export function mergeLists(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  { apart = false }: { readonly apart?: boolean } = {},
): Chunk[] {
  return new Merger(base, ours, theirs, apart).run();
}

/** Everything that two lists have differently, as changed on both sides: for where nothing can be taken from either. */
export function differences(ours: readonly string[], theirs: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let [our, their] = [0, 0];
  const push = (kind: Chunk['kind'], ourEnd: number, theirEnd: number): void => {
    if (ourEnd > our || theirEnd > their)
      chunks.push({ kind, base: [0, 0], ours: [our, ourEnd], theirs: [their, theirEnd], from: 'ours' });
    [our, their] = [ourEnd, theirEnd];
  };
  for (const { aStart, aEnd, bStart, bEnd } of hunksBetween(ours, theirs)) {
    push('agreed', aStart, bStart);
    push('both', aEnd, bEnd);
  }
  push('agreed', ours.length, theirs.length);
  return chunks;
}

class Merger {
  readonly #lists: { readonly ours: readonly string[]; readonly theirs: readonly string[] };
  readonly #length: number;
  readonly #our: readonly Hunk[];
  readonly #their: readonly Hunk[];
  readonly #apart: boolean;
  readonly #chunks: Chunk[] = [];
  /** How much longer each side is than the base, up to where the merge has come. */
  #shift = { ours: 0, theirs: 0 };
  #at = 0;

  constructor(base: readonly string[], ours: readonly string[], theirs: readonly string[], apart: boolean) {
    this.#apart = apart;
    this.#lists = { ours, theirs };
    this.#length = base.length;
    this.#our = hunksBetween(base, ours);
    this.#their = hunksBetween(base, theirs);
  }

  run(): Chunk[] {
    let [i, j] = [0, 0];
    while (i < this.#our.length || j < this.#their.length) {
      const [iStart, jStart] = [i, j];
      const first = firstOf(this.#our[i], this.#their[j]);
      let end = first.aStart;
      for (;;) {
        const next = firstOf(this.#our[i], this.#their[j]);
        const isFirst = i === iStart && j === jStart;
        if (!isFirst && !this.#joins(next, first.aStart, end)) break;
        end = Math.max(end, next.aEnd);
        if (next === this.#our[i]) i += 1;
        else j += 1;
      }
      this.#unchanged(first.aStart);
      this.#changed(end, this.#our.slice(iStart, i), this.#their.slice(jStart, j));
    }
    this.#unchanged(this.#length);
    return this.#chunks;
  }

  #joins(next: Hunk, start: number, end: number): boolean {
    if (!this.#apart) return next.aStart <= end;
    return next.aStart < end || (next.aStart === end && next.aEnd === end && start === end);
  }

  #unchanged(end: number): void {
    if (end > this.#at) this.#push('agreed', end, { ours: 0, theirs: 0 }, 'ours');
  }

  #changed(end: number, our: readonly Hunk[], their: readonly Hunk[]): void {
    const grown = { ours: growth(our), theirs: growth(their) };
    if (our.length === 0) return this.#push('agreed', end, grown, 'theirs');
    if (their.length === 0) return this.#push('agreed', end, grown, 'ours');
    const [ours, theirs] = [this.#range('ours', end, grown.ours), this.#range('theirs', end, grown.theirs)];
    const same = isSame(this.#lists.ours.slice(...ours), this.#lists.theirs.slice(...theirs));
    this.#push(same ? 'agreed' : 'both', end, grown, 'ours');
  }

  #push(
    kind: Chunk['kind'],
    end: number,
    grown: { ours: number; theirs: number },
    from: Chunk['from'],
  ): void {
    const [ours, theirs] = [this.#range('ours', end, grown.ours), this.#range('theirs', end, grown.theirs)];
    this.#chunks.push({ kind, base: [this.#at, end], ours, theirs, from });
    this.#shift = { ours: this.#shift.ours + grown.ours, theirs: this.#shift.theirs + grown.theirs };
    this.#at = end;
  }

  #range(side: 'ours' | 'theirs', end: number, grown: number): [number, number] {
    return [this.#at + this.#shift[side], end + this.#shift[side] + grown];
  }
}

/** The one that begins first; of two that begin together the one that only adds. */
function firstOf(our: Hunk | undefined, their: Hunk | undefined): Hunk {
  if (our === undefined || their === undefined) return our ?? their ?? beyond;
  const isOurs = our.aStart === their.aStart ? our.aEnd <= their.aEnd : our.aStart < their.aStart;
  return isOurs ? our : their;
}

const beyond: Hunk = { aStart: Infinity, aEnd: Infinity, bStart: Infinity, bEnd: Infinity };

function growth(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, hunk) => sum + (hunk.bEnd - hunk.bStart) - (hunk.aEnd - hunk.aStart), 0);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
