import path from 'node:path';
import type { Scope } from './scope.ts';
import { shellWord } from './shell-word.ts';

/** Commands that mend a finding, ready to be copied: paths as they are typed in the current folder. */
export class Commands {
  readonly #root: string;
  readonly #cwd: string;
  readonly #scope: Scope;

  constructor(root: string, cwd: string, scope: Scope) {
    this.#root = root;
    this.#cwd = cwd;
    this.#scope = scope;
  }

  encrypt(file: string): string {
    return this.#thenAdd(`sopskit encrypt -i ${this.word(file)}`, file);
  }

  /** Seals what was written into an encrypted file in clear: work on folders does, with a key that opens the file. */
  sealAdded(file: string): string {
    return this.#thenAdd(`sopskit encrypt -i ${this.word(path.posix.dirname(file))}`, file);
  }

  updateKeys(file: string): string {
    return this.#thenAdd(`sopskit updatekeys -y ${this.word(file)}`, file);
  }

  rekey(file: string): string {
    return this.#thenAdd(`sopskit rekey ${this.word(file)}`, file);
  }

  /** Takes a file back to the last commit, in the index too where that is what is checked. */
  restore(file: string): string {
    return `git restore ${this.#scope.kind === 'staged' ? '--staged --worktree ' : ''}${this.word(file)}`;
  }

  /** Keeps a file out of the commit that is being made, or of the repository. */
  leaveOut(file: string): string {
    return `git rm --cached ${this.word(file)}`;
  }

  /** A file of the snapshot as a word for the shell. */
  word(file: string): string {
    return shellWord(path.relative(this.#cwd, path.join(this.#root, file)) || '.');
  }

  #thenAdd(command: string, file: string): string {
    return this.#scope.kind === 'staged' ? `${command} && git add ${this.word(file)}` : command;
  }
}
