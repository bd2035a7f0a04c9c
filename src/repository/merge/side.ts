import { Cipher } from '../../cipher/cipher.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { keySources } from '../../keys/registry.ts';
import type { Keyring } from '../../sops/keyring.ts';
import { fitsKey, type KnownKey, type OpenFile, openWith } from '../../sops/open-file.ts';
import { editableText } from '../../sops/reencrypt.ts';
import { readSealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';

/** One side of a merge, readable. */
export interface Side {
  readonly bytes: Uint8Array;
  readonly text: Uint8Array;
  /** `null` for a side that is not encrypted, or not there. */
  readonly sealed: { readonly open: OpenFile; readonly key: KnownKey } | null;
}

export interface SideOptions {
  readonly system: System;
  readonly keyring: Keyring;
}

/** Whether bytes hold what every SOPS file has: a sealed MAC. */
export function looksSealed(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('ENC[AES256_GCM,');
}

/** Opens the sides of one merge: a data key that one of them had opens the others that share it, whoever may unwrap it. */
export class Sides {
  readonly keys: KnownKey[] = [];
  readonly #format: Format;
  readonly #options: SideOptions;

  constructor(format: Format, options: SideOptions) {
    this.#format = format;
    this.#options = options;
  }

  /**
   * The MAC of a common ancestor may be ignored: nothing is taken from it. Throws `document.*`, `sops.*`,
   * `key.unavailable`.
   */
  async open(bytes: Uint8Array, { ignoreMac = false }: { readonly ignoreMac?: boolean } = {}): Promise<Side> {
    if (!looksSealed(bytes)) return { bytes, text: bytes, sealed: null };
    const file = await readSealedFile(this.#format, bytes, keySources);
    if (file.selectorProblem !== null) throw file.selectorProblem;
    const key =
      this.keys.find((known) => fitsKey(file.metadata, known)) ?? (await this.#unwrap(file.metadata));
    const open = openWith(file, key, { system: this.#options.system, ignoreMac });
    return { bytes, text: editableText(open), sealed: { open, key } };
  }

  /** A new data key, that no version of the file had. */
  fresh(): KnownKey {
    return this.#known(this.#options.keyring.newDataKey());
  }

  /** Wipes every data key. */
  close(): void {
    for (const { dataKey } of this.keys) dataKey.wipe();
  }

  async #unwrap(metadata: OpenFile['sealed']['metadata']): Promise<KnownKey> {
    return this.#known(await this.#options.keyring.unwrap(metadata));
  }

  #known(dataKey: KnownKey['dataKey']): KnownKey {
    const { system } = this.#options;
    const key = { dataKey, cipher: new Cipher(dataKey, (length) => system.randomBytes(length)) };
    this.keys.push(key);
    return key;
  }
}

/** Whether an error says that a side cannot be read here, and not that something is wrong with sopskit. */
export function isUnreadable(error: unknown): error is SopskitError {
  return (
    error instanceof SopskitError &&
    /^(?:cipher|config|document|identity|key|prompt|shamir|sops)\./.test(error.code)
  );
}

/** Whether it says only that nobody here has a key: the file itself may be right. */
export function isForWantOfKey({ code }: SopskitError): boolean {
  return /^(?:identity|prompt)\.|^key\.(?!wrap$)/.test(code);
}
