import { Subject } from '../../repository/check/subject.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { TreeIndex } from './tree-index.ts';

/** The files of all sources, each read and parsed once. */
export class LintFiles {
  readonly #indexes = new Map<SourceTree, TreeIndex>();
  readonly #subjects = new Map<string, Promise<Subject | null>>();

  index(tree: SourceTree): TreeIndex {
    const index = this.#indexes.get(tree) ?? new TreeIndex(tree);
    this.#indexes.set(tree, index);
    return index;
  }

  /** A regular file of a source; `null` where there is none, or it cannot be read. */
  subject(tree: SourceTree, path: string): Promise<Subject | null> {
    const key = `${tree.label}\0${path}`;
    const subject = this.#subjects.get(key) ?? this.#read(tree, path);
    this.#subjects.set(key, subject);
    return subject;
  }

  async #read(tree: SourceTree, path: string): Promise<Subject | null> {
    if (this.index(tree).kindOf(path) !== 'file') return null;
    const bytes = await tree.read(path);
    return bytes === null ? null : new Subject(path, bytes);
  }
}
