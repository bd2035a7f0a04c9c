import path from 'node:path';
import { pathName } from '../../system/path-text.ts';
import type { Scope } from './scope.ts';
import { shellWord } from './shell-word.ts';

/** How a file is to be encrypted, where not just by its rule. */
export interface Encryption {
  /** Absolute path of a configuration to name. */
  readonly config?: string | null;
  /** An `encrypted_regex` to use in place of the rule's. */
  readonly regex?: string | null;
  /** Files of the snapshot to stage first. */
  readonly stage?: readonly string[];
  /** A command that has to be run first. */
  readonly before?: string | null;
}

/** Commands that mend a finding, ready to be copied: paths as they are typed in the user's folder. */
export class Commands {
  readonly #root: string;
  readonly #folder: string;
  readonly #scope: Scope;

  /** `folder` is the absolute folder in which the commands will be typed. */
  constructor(root: string, folder: string, scope: Scope) {
    this.#root = root;
    this.#folder = folder;
    this.#scope = scope;
  }

  encrypt(file: string, how: Encryption = {}): string {
    // Node hands no argument through that is not UTF-8: its folder can be named
    const target = typeof pathName(file) === 'string' ? file : path.posix.dirname(file);
    return this.#all(file, how, `sopskit encrypt -i${this.#options(how)} ${this.word(target)}`);
  }

  /** Encrypts an encrypted file anew, by a rule that has changed: through a pipe, so that no plaintext is on the disk. */
  reseal(file: string, how: Encryption = {}): string {
    const word = this.word(file);
    const encrypt = `sopskit encrypt${this.#options(how)} --filename-override ${word} --output ${word}`;
    return this.#all(file, how, `sopskit decrypt ${word} | ${encrypt}`);
  }

  /** Seals what was written into an encrypted file in clear: work on folders does, with a key that opens the file. */
  sealAdded(file: string): string {
    return this.#all(file, {}, `sopskit encrypt -i ${this.word(path.posix.dirname(file))}`);
  }

  updateKeys(file: string, how: Encryption = {}): string {
    return this.#all(file, how, `sopskit updatekeys -y${this.#options(how)} ${this.word(file)}`);
  }

  rekey(file: string, how: Encryption = {}): string {
    return this.#all(file, how, `sopskit rekey${this.#options(how)} ${this.word(file)}`);
  }

  /** Stages files as they are. */
  add(...files: readonly string[]): string {
    return `git add ${files.map((file) => this.word(file)).join(' ')}`;
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
    return this.absoluteWord(path.join(this.#root, file));
  }

  /** An absolute path as a word for the shell. */
  absoluteWord(full: string): string {
    return shellWord(path.relative(this.#folder, full) || '.');
  }

  #options({ config = null, regex = null }: Encryption): string {
    return `${config === null ? '' : ` --config ${this.absoluteWord(config)}`}${regex === null ? '' : ` --encrypted-regex '${regex}'`}`;
  }

  #all(file: string, { stage = [], before = null }: Encryption, command: string): string {
    const isStaged = this.#scope.kind === 'staged';
    return [
      ...(before === null ? [] : [before]),
      ...(isStaged && stage.length > 0 ? [this.add(...stage)] : []),
      command,
      ...(isStaged ? [this.add(file)] : []),
    ].join(' && ');
  }
}
