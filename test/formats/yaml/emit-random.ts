import type { TreeJson } from './emit-tree.ts';
import { comments, floats, fragments, longKeys, words } from './emit-words.ts';

/** A seeded source of odd trees for the emitter, in the JSON form of test/peers/goyaml-emit/tree.go. */
export class RandomTrees {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A mapping, as one document of a file. */
  document(): TreeJson {
    return this.#mapping(this.#below(4));
  }

  node(): TreeJson {
    return this.#node(this.#below(4));
  }

  /** A text put together from what YAML treats specially. */
  text(): string {
    const parts = this.#below(10) === 0 ? this.#below(40) : this.#below(5);
    let text = '';
    for (let index = 0; index < parts; index++) text += this.#pick(fragments);
    return this.#below(4) === 0 ? this.#pick(words) : text;
  }

  get words(): readonly string[] {
    return words;
  }

  below(limit: number): number {
    return this.#below(limit);
  }

  /** mulberry32. */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit) | 0;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  #node(depth: number): TreeJson {
    const choice = depth > 0 ? this.#below(10) : 9;
    if (choice < 3) return this.#mapping(depth - 1);
    return choice < 6 ? this.#sequence(depth - 1) : this.#scalar();
  }

  #mapping(depth: number): TreeJson {
    const members: unknown[] = [];
    const keys = new Set<string>();
    for (let count = this.#below(5); count > 0; count--) {
      this.#comments(members);
      const key = this.#below(30) === 0 ? this.#pick(longKeys) : this.text();
      if (keys.has(key)) continue;
      keys.add(key);
      members.push([key, this.#node(depth)]);
    }
    this.#comments(members);
    return ['map', ...members];
  }

  #sequence(depth: number): TreeJson {
    const items: unknown[] = [];
    for (let count = this.#below(5); count > 0; count--) {
      this.#comments(items);
      items.push(this.#node(depth));
    }
    this.#comments(items);
    return ['list', ...items];
  }

  #comments(members: unknown[]): void {
    while (this.#below(5) === 0) members.push(['comment', this.#pick(comments), this.#below(3) === 0]);
  }

  #scalar(): TreeJson {
    switch (this.#below(12)) {
      case 0:
        return ['null'];
      case 1:
        return ['bool', this.#below(2) === 0];
      case 2:
        return ['int', this.#pick(['0', '1', '-17', '9223372036854775807', '-9223372036854775808'])];
      case 3:
        return ['float', this.#pick(floats)];
      case 4:
        return [
          'time',
          this.#pick(['2024-01-02T00:00:00Z', '2024-01-02T03:04:05.6+05:30', '0001-01-01T00:00:00Z']),
        ];
      case 5:
        return ['bytes', this.#bytes()];
      default:
        return ['str', this.text()];
    }
  }

  #bytes(): string {
    const bytes = [0xff];
    for (let count = this.#below(this.#pick([4, 120])); count > 0; count--) bytes.push(this.#below(256));
    return Buffer.from(bytes).toString('base64');
  }
}
