import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import type { KeyFiles } from './key-files.ts';

/** Tells the user what is wrong with the files in `$SOPSKIT_PGP_KEY_FILES`. */
export class NamedFileNotes {
  readonly #files: KeyFiles;
  readonly #system: System;
  readonly #warned = new Set<string>();

  constructor(files: KeyFiles, system: System) {
    this.#files = files;
    this.#system = system;
  }

  /**
   * Waits for work that has tried the files. Where it succeeds, a file that could not be read is a warning, once; where
   * it fails, it is part of the error, as is a file that has only the public half of a key with one of `secretIds`.
   */
  async about<R>(work: Promise<R>, secretIds: readonly string[] | null): Promise<R> {
    try {
      const result = await work;
      this.#warn(await this.#files.problems());
      return result;
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      throw await this.#explained(error, secretIds);
    }
  }

  #warn(problems: readonly string[]): void {
    for (const problem of problems) {
      if (this.#warned.has(problem)) continue;
      this.#warned.add(problem);
      this.#system.warn(`SOPSKIT_PGP_KEY_FILES: ${problem}`);
    }
  }

  async #explained(error: SopskitError, secretIds: readonly string[] | null): Promise<SopskitError> {
    const halves = await this.#files.publicOnly(secretIds);
    const notes = [
      ...(await this.#files.problems()),
      ...halves.map((path) => `${path} holds only its public half`),
    ];
    if (notes.length === 0) return error;
    const hint = halves.length > 0 ? exportHint : error.hint;
    const message = `${error.message}; SOPSKIT_PGP_KEY_FILES: ${notes.join('; ')}`;
    return new SopskitError(error.code, message, {
      ...(hint === undefined ? {} : { hint }),
      cause: error.cause,
    });
  }
}

const exportHint =
  'Export the secret key where it is, `gpg --armor --export-secret-keys FINGERPRINT`, and name that file.';
