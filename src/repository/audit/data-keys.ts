/** What tells whether two versions of files have the same data key. Hashes, never the key. */
export interface Traces {
  /** Of the data key itself, where it could be opened. */
  readonly opened: string | null;
  /** Of the data key as it is wrapped: the same text holds the same key. */
  readonly wrapped: readonly string[];
  /** Of ciphertext: where a file keeps some of it, it keeps its key. Between files a line may have been copied. */
  readonly sealed: readonly string[];
  /** Of the MAC's ciphertext, which nobody copies alone; `null` where there is none. */
  readonly mac: string | null;
}

interface Pending {
  readonly node: number;
  readonly path: string;
  readonly sealed: readonly string[];
  readonly mac: string | null;
}

export type Evidence = 'opened' | 'wrapped' | 'ciphertext' | 'history';

/**
 * Groups versions of files by their data key. Without any private key, too: `edit` keeps what is wrapped, `updatekeys`
 * keeps the ciphertext, `rotate` keeps neither. Only versions in which both changed at once can be taken for a new data
 * key that is none: `openedOf` tells which groups were opened, and so are told apart for sure.
 *
 * Ciphertext joins versions of one path. Files at different paths it joins only where it is the MAC's, or half of what
 * one of them has: a line that was copied proves nothing.
 */
export class DataKeys {
  readonly #parents: number[] = [];
  readonly #opened: (string | null)[] = [];
  readonly #owners = new Map<string, number>();
  #pending: Pending[] = [];

  /** Adds a version and returns its number, for `of`. */
  add(traces: Traces, path: string): number {
    const node = this.#parents.length;
    this.#parents.push(node);
    this.#opened.push(traces.opened);
    if (traces.opened !== null) this.#meet(node, `opened ${traces.opened}`);
    for (const wrapped of traces.wrapped) this.#meet(node, `wrapped ${wrapped}`);
    this.#pending.push({ node, path, sealed: traces.sealed, mac: traces.mac });
    return node;
  }

  /** Returns the number that all versions with one data key share. All versions must have been added. */
  of(node: number): number {
    this.#settle();
    return this.#root(node);
  }

  /** The hash of the data key that all versions with it share; `null` where none of them was opened. */
  openedOf(node: number): string | null {
    return this.#opened[this.of(node)] ?? null;
  }

  #settle(): void {
    if (this.#pending.length === 0) return;
    const added = this.#pending;
    this.#pending = [];
    for (const { node, path, sealed, mac } of added) {
      if (mac !== null) this.#meet(node, `mac ${mac}`);
      for (const mark of sealed) this.#meet(node, `sealed ${path}\n${mark}`);
    }
    for (const [one, other] of similar(added, (node) => this.#root(node))) this.#join(one, other);
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

/** A line of ciphertext in more groups than this is no sign of anything. */
const maxOwners = 16;

/** Finds groups that have two lines of ciphertext in common, and half of what the smaller one has. */
function similar(all: readonly Pending[], rootOf: (node: number) => number): [number, number][] {
  const owners = new Map<string, Set<number>>();
  const sizes = new Map<number, number>();
  for (const { node, sealed } of all) {
    const root = rootOf(node);
    sizes.set(root, Math.min(sizes.get(root) ?? sealed.length, sealed.length));
    for (const mark of sealed) {
      const known = owners.get(mark);
      if (known === undefined) owners.set(mark, new Set([root]));
      else known.add(root);
    }
  }
  const common = new Map<string, number>();
  for (const roots of owners.values()) {
    if (roots.size > maxOwners) continue;
    const sorted = [...roots].sort((a, b) => a - b);
    for (const [at, one] of sorted.entries())
      for (const other of sorted.slice(at + 1)) {
        const pair = `${one} ${other}`;
        common.set(pair, (common.get(pair) ?? 0) + 1);
      }
  }
  return [...common].flatMap(([pair, count]): [number, number][] => {
    const [one = 0, other = 0] = pair.split(' ').map(Number);
    const smaller = Math.min(sizes.get(one) ?? 0, sizes.get(other) ?? 0);
    return count >= 2 && count * 2 >= smaller ? [[one, other]] : [];
  });
}

/** Says how two versions that share a data key are known to. */
export function evidenceOf(one: Traces, other: Traces): Evidence {
  if (one.opened !== null && one.opened === other.opened) return 'opened';
  if (meets(one.wrapped, other.wrapped)) return 'wrapped';
  const isMacShared = one.mac !== null && one.mac === other.mac;
  return isMacShared || meets(one.sealed, other.sealed) ? 'ciphertext' : 'history';
}

function meets(one: readonly string[], other: readonly string[]): boolean {
  const all = new Set(one);
  return other.some((each) => all.has(each));
}
