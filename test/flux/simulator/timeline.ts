interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen, by time. Times are milliseconds of the simulated cluster. */
export class Timeline {
  #now = 0;
  #order = 0;
  readonly #heap: Due[] = [];

  get now(): number {
    return this.#now;
  }

  after(delay: number, act: () => void): void {
    const due: Due = { at: this.#now + delay, order: this.#order++, act };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Due;
      if (!before(due, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = due;
  }

  /** Does what is due next; `false`: nothing is. */
  step(): boolean {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return false;
    if (heap.length > 0) this.#sink(last);
    this.#now = first.at;
    first.act();
    return true;
  }

  #sink(due: Due): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const right = heap[below + 1];
      if (right !== undefined && before(right, heap[below] as Due)) below++;
      const child = heap[below] as Due;
      if (!before(child, due)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = due;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
