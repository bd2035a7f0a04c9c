/** What tells whether two versions of files have the same data key. Hashes, never the key. */
export interface Traces {
  /** Of the data key itself, where it could be opened. */
  readonly opened: string | null;
  /** Of the data key as it is wrapped: the same text holds the same key. */
  readonly wrapped: readonly string[];
  /** Of ciphertext, the MAC's included: the same text was sealed with the same key. */
  readonly sealed: readonly string[];
}

export type Evidence = 'opened' | 'wrapped' | 'ciphertext' | 'history';

/**
 * Groups versions of files by their data key. Without any private key, too: `edit` keeps what is wrapped, `updatekeys`
 * keeps the ciphertext, `rotate` keeps neither. Only versions in which both changed at once can be taken for a new data
 * key that is none.
 */
export class DataKeys {
  readonly #parents: number[] = [];
  readonly #opened: (string | null)[] = [];
  readonly #owners = new Map<string, number>();
  readonly #pending: { readonly node: number; readonly sealed: readonly string[] }[] = [];

  /** Adds a version and returns its number, for `of`. */
  add(traces: Traces): number {
    const node = this.#parents.length;
    this.#parents.push(node);
    this.#opened.push(traces.opened);
    if (traces.opened !== null) this.#meet(node, `opened ${traces.opened}`);
    for (const wrapped of traces.wrapped) this.#meet(node, `wrapped ${wrapped}`);
    this.#pending.push({ node, sealed: traces.sealed });
    return node;
  }

  /** Returns the number that all versions with one data key share. All versions must have been added. */
  of(node: number): number {
    this.#settle();
    return this.#root(node);
  }

  #settle(): void {
    for (const { node, sealed } of this.#pending.splice(0)) {
      for (const mark of sealed) this.#meet(node, `sealed ${mark}`);
    }
  }

  #meet(node: number, token: string): void {
    const owner = this.#owners.get(token);
    if (owner === undefined) this.#owners.set(token, node);
    else this.#join(node, owner);
  }

  /** Ciphertext that was copied between files whose data keys are known to differ proves nothing. */
  #join(one: number, other: number): void {
    const [a, b] = [this.#root(one), this.#root(other)];
    const [openedA, openedB] = [this.#opened[a] ?? null, this.#opened[b] ?? null];
    if (a === b || (openedA !== null && openedB !== null && openedA !== openedB)) return;
    const [root, child] = a < b ? [a, b] : [b, a];
    this.#parents[child] = root;
    this.#opened[root] = openedA ?? openedB;
  }

  #root(node: number): number {
    let root = node;
    while (this.#parents[root] !== root) root = this.#parents[root] ?? root;
    for (let at = node; at !== root; ) {
      const next = this.#parents[at] ?? root;
      this.#parents[at] = root;
      at = next;
    }
    return root;
  }
}

/** Says how two versions that share a data key are known to. */
export function evidenceOf(one: Traces, other: Traces): Evidence {
  if (one.opened !== null && one.opened === other.opened) return 'opened';
  if (meets(one.wrapped, other.wrapped)) return 'wrapped';
  return meets(one.sealed, other.sealed) ? 'ciphertext' : 'history';
}

function meets(one: readonly string[], other: readonly string[]): boolean {
  const all = new Set(one);
  return other.some((each) => all.has(each));
}
