/** Makes random documents, valid ones and near misses, from a seed: byte texts, one character per byte. */
export type Documents = (random: () => number) => string;

/** A seeded source of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from lists, with rare members drawn once in a while. */
export class Draw {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  of(common: readonly string[], rare: readonly string[] = []): string {
    const list = rare.length > 0 && this.chance(0.02) ? rare : common;
    return list[this.below(list.length)] ?? '';
  }

  list(limit: number, make: () => string): string[] {
    return Array.from({ length: this.below(limit) }, make);
  }
}

/** UTF-8 as a byte text. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
