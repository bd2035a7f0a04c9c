import { createHmac } from 'node:crypto';
import { Cipher } from '../../cipher/cipher.ts';
import { plaintextOf } from '../../cipher/plaintext.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { openTree } from '../../sops/opening.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';
import { walk } from '../../tree/walk.ts';
import type { Opener } from './opener.ts';
import { placeName } from './sealed-version.ts';

/** Compares values of two versions of files, in memory: what stays of them are hashes that only this run can make. */
export class ValueComparison {
  readonly #system: System;
  readonly #opener: Opener;
  readonly #salt: Uint8Array;

  constructor(system: System, opener: Opener) {
    this.#system = system;
    this.#opener = opener;
    this.#salt = system.randomBytes(32);
  }

  /** Returns the tree paths of values that are the same in both, or `null` where one of them does not open here. */
  async unchanged(before: SealedFile, now: SealedFile): Promise<string[] | null> {
    const [old, current] = [await this.#hashes(before), await this.#hashes(now)];
    if (old === null || current === null) return null;
    return [...current].flatMap(([place, hash]) => (old.get(place) === hash ? [place] : []));
  }

  async #hashes(file: SealedFile): Promise<ReadonlyMap<string, string> | null> {
    const dataKey = await this.#opener.dataKey(file);
    if (dataKey === null) return null;
    try {
      const cipher = new Cipher(dataKey, (length) => this.#system.randomBytes(length));
      return this.#hashesOf(file, cipher);
    } catch (error) {
      if (error instanceof SopskitError) return null; // a damaged value
      throw error;
    } finally {
      dataKey.wipe();
    }
  }

  #hashesOf({ document, rules }: SealedFile, cipher: Cipher): ReadonlyMap<string, string> {
    const { opens } = openTree(document.data, rules, cipher);
    const hashes = new Map<string, string>();
    document.data.forEach((branch, index) => {
      walk(branch, ({ leaf, path }) => {
        const value = opens.get(leaf);
        if (value === undefined || value.kind === 'comment') return;
        const hash = createHmac('sha256', this.#salt).update(`${value.kind}\n`).update(plaintextOf(value));
        hashes.set(placeName(index, path), hash.digest('base64'));
      });
    });
    return hashes;
  }
}
