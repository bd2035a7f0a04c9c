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

/** A value of a file, as far as it takes to find it again: hashes that only this run can make. */
export interface TracedValue {
  readonly place: string;
  /** Of its text, and of what the text is the base64 of. */
  readonly forms: readonly string[];
  /**
   * How much it says to find it again: `none` (`true`, empty) and `weak` (short) at the same place only, `usual` in the
   * same file, `strong` in any file. A whole file that is alike is found again but for those with `none` alone.
   */
  readonly strength: 'none' | 'weak' | 'usual' | 'strong';
}

/** Opens files to compare their values, in memory. */
export class ValueTracing {
  readonly #system: System;
  readonly #opener: Opener;
  readonly #salt: Uint8Array;

  constructor(system: System, opener: Opener) {
    this.#system = system;
    this.#opener = opener;
    this.#salt = system.randomBytes(32);
  }

  /** Returns the values of a file, or `null` where it does not open here. */
  async of(file: SealedFile): Promise<readonly TracedValue[] | null> {
    const dataKey = await this.#opener.dataKey(file);
    if (dataKey === null) return null;
    try {
      const cipher = new Cipher(dataKey, (length) => this.#system.randomBytes(length));
      return this.#valuesOf(file, cipher);
    } catch (error) {
      if (error instanceof SopskitError) return null; // a damaged value
      throw error;
    } finally {
      dataKey.wipe();
    }
  }

  #valuesOf({ document, rules }: SealedFile, cipher: Cipher): TracedValue[] {
    const { opens } = openTree(document.data, rules, cipher);
    const values: TracedValue[] = [];
    document.data.forEach((branch, index) => {
      walk(branch, ({ leaf, path }) => {
        const value = opens.get(leaf);
        if (value === undefined || value.kind === 'comment') return;
        const bytes = Buffer.from(plaintextOf(value));
        values.push({ place: placeName(index, path), ...this.#traced(bytes) });
      });
    });
    return values;
  }

  #traced(bytes: Buffer): Pick<TracedValue, 'forms' | 'strength'> {
    const text = bytes.toString('latin1');
    const decoded = decodedBase64(text);
    const forms = [bytes, ...(decoded === null ? [] : [decoded])].map((form) =>
      createHmac('sha256', this.#salt).update(form).digest('base64'),
    );
    const isText = decoded !== null && /^[\x20-\x7e\s]*$/.test(decoded.toString('latin1'));
    return { forms, strength: strengthOf(isText ? decoded.toString('latin1') : text) };
  }
}

function strengthOf(text: string): TracedValue['strength'] {
  if (/^(?:|true|false|null|none|yes|no|on|off)$/i.test(text)) return 'none';
  if (text.length < 3 || /^\d{1,3}$/.test(text)) return 'weak';
  return text.length < 8 ? 'usual' : 'strong';
}

/** What stands in `data` of a Secret is the base64 of what may stand elsewhere as it is. */
function decodedBase64(text: string): Buffer | null {
  if (text.length < 4 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}
