/** A part of a text; `end` is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Stretches in text order, to be asked whether another one touches any of them. */
export class Stretches {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(stretches: readonly Stretch[]) {
    for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (end > (this.#ends.at(-1) ?? -1)) {
        this.#starts.push(start);
        this.#ends.push(end);
      }
    }
  }

  touch(stretch: Stretch | null): boolean {
    if (stretch === null) return false;
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) < stretch.end) low = middle + 1;
      else high = middle;
    }
    return (this.#ends[low - 1] ?? -1) > stretch.start;
  }
}
