import { SopskitError } from '../errors/sopskit-error.ts';
import type { Path } from './path.ts';
import type { Comment, Key, Leaf, Mapping, Node, Sequence } from './value.ts';

/** What the walk knows of the leaf it stands on. Valid during the visit only: it and its arrays are reused. */
export interface Visit {
  readonly leaf: Leaf;
  /** Map keys above the leaf; list indexes are not in it (sops' path). */
  readonly keys: readonly string[];
  /** `keys` joined and closed by colons: the additional data of the leaf's ciphertext. */
  readonly additionalData: string;
  /** Comments in force, one list per level; the last list ends with the leaf itself where it is a comment. */
  readonly comments: readonly (readonly string[])[];
  /** Keys and list indexes; indexes count comments. A comment in a mapping has the mapping's path. */
  readonly path: Path;
  /** Whether the leaf, a comment too, is a member of a list. */
  readonly inList: boolean;
}

/**
 * Visits every leaf of a document in sops' order (sops.go, walkBranch): the one traversal that encryption, decryption,
 * the MAC and the selectors share. Nulls are passed over, as sops does.
 *
 * Throws `sops.encrypt` (callers re-code it) for a key that is not a string and for a value sops has no type for.
 */
export function walk(branch: Mapping, visit: (at: Visit) => void): void {
  new Walk(visit).mapping(branch, '');
}

class Walk {
  readonly #visit: (at: Visit) => void;
  readonly #keys: string[] = [];
  readonly #path: (string | number)[] = [];
  readonly #comments: string[][] = [];
  #at: { -readonly [Field in keyof Visit]: Visit[Field] } | null = null;

  constructor(visit: (at: Visit) => void) {
    this.#visit = visit;
  }

  mapping(mapping: Mapping, prefix: string): void {
    const level: string[] = [];
    this.#comments.push(level);
    for (const member of mapping.entries) {
      if (member.kind === 'comment') {
        this.#comment(member, level, prefix, false);
        continue;
      }
      const key = this.#stringKey(member.key);
      this.#keys.push(key);
      this.#path.push(key);
      this.#node(member.value, `${prefix}${key}:`, false);
      this.#keys.pop();
      this.#path.pop();
      level.length = 0;
    }
    this.#comments.pop();
  }

  #sequence(sequence: Sequence, prefix: string): void {
    const level: string[] = [];
    this.#comments.push(level);
    sequence.items.forEach((item, index) => {
      this.#path.push(index);
      if (item.kind === 'comment') {
        this.#comment(item, level, prefix, true);
      } else {
        this.#node(item, prefix, true);
        level.length = 0;
      }
      this.#path.pop();
    });
    this.#comments.pop();
  }

  #comment(comment: Comment, level: string[], prefix: string, inList: boolean): void {
    level.push(comment.text);
    this.#leaf(comment, prefix, inList);
  }

  #node(node: Node, prefix: string, inList: boolean): void {
    switch (node.kind) {
      case 'mapping':
        return this.mapping(node, prefix);
      case 'sequence':
        return this.#sequence(node, prefix);
      case 'null':
        return;
      case 'odd':
        throw new SopskitError('sops.encrypt', `sops has no type for this value (${node.type})`, {
          place: this.#place(node.line),
          hint: 'Quote the value to make it a string.',
        });
      default:
        return this.#leaf(node, prefix, inList);
    }
  }

  #leaf(leaf: Leaf, prefix: string, inList: boolean): void {
    const additionalData = prefix === '' ? ':' : prefix;
    if (this.#at === null) {
      const [keys, comments, path] = [this.#keys, this.#comments, this.#path];
      this.#at = { leaf, keys, additionalData, comments, path, inList };
    } else {
      this.#at.leaf = leaf;
      this.#at.additionalData = additionalData;
      this.#at.inList = inList;
    }
    this.#visit(this.#at);
  }

  #stringKey(key: Key): string {
    if (typeof key === 'string') return key;
    throw new SopskitError('sops.encrypt', `a map key is ${key.type}; sops takes string keys only`, {
      place: this.#place(undefined),
      hint: 'Quote the key.',
    });
  }

  #place(line: number | undefined) {
    return { path: [...this.#path], ...(line === undefined ? {} : { line }) };
  }
}
