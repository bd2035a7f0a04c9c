import path from 'node:path';
import { shellWord } from '../check/shell-word.ts';
import { folderOf } from './recipients.ts';

const most = 5;

/** Writes the paths of an audit as words of a command that is typed in some folder. */
export class CommandPaths {
  readonly #root: string;
  readonly #folder: string;

  /** Both absolute. */
  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  one(file: string): string {
    return shellWord(path.relative(this.#folder, path.resolve(this.#root, file)) || '.');
  }

  /** All of them: by name, where they are many by their folders, and in the end the whole repository. */
  all(files: readonly string[]): string {
    const folders = [...new Set(files.map(folderOf))];
    const named = files.length <= most ? files : folders.length <= most ? folders : ['.'];
    return named.map((name) => this.one(name)).join(' ');
  }
}
