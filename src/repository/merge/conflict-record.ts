import { createHash } from 'node:crypto';
import path from 'node:path';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { decryptedBytes } from '../../sops/decrypt.ts';
import { openFile } from '../../sops/open-file.ts';
import { readSealedFile } from '../../sops/sealed-file.ts';
import type { Files } from '../../system/files.ts';
import { pathBytes } from '../../system/path-text.ts';
import type { SideOptions } from './side.ts';

/** A conflict as the merge left it: what `git resolve` shows in the editor. */
export interface ConflictRecord {
  /** The file's path from the top of the working tree, parts joined by `/`. */
  readonly path: string;
  /** Characters of a marker. */
  readonly markerSize: number;
  /** SHA-256 of the file that the merge wrote into the working tree, in hex. */
  readonly result: string;
  /** The plaintext with markers. */
  readonly marked: Uint8Array;
}

/** The bytes of a record, to be sealed: a line of JSON, then the text. */
export function encodeRecord({ marked, ...head }: ConflictRecord): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ v: 1, ...head })}\n`), marked]);
}

function decodeRecord(bytes: Uint8Array): ConflictRecord | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf('\n');
  let head: unknown;
  try {
    head = JSON.parse(buffer.toString('utf8', 0, Math.max(end, 0)));
  } catch {
    return null;
  }
  if (typeof head !== 'object' || head === null) return null;
  const { v, path: file, markerSize, result } = head as Record<string, unknown>;
  if (v !== 1 || typeof file !== 'string' || typeof markerSize !== 'number' || typeof result !== 'string')
    return null;
  return { path: file, markerSize, result, marked: buffer.subarray(end + 1) };
}

/** A path as a program gets it among its arguments, git's merge driver too: bytes that are no UTF-8 are lost. */
export function asArgument(file: string): string {
  return pathBytes(file).toString('utf8');
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The records of one working tree: a file each in its git folder, `sopskit/conflicts`, sealed for the recipients of the
 * file that is in conflict.
 */
export class ConflictRecords {
  readonly #files: Files;
  readonly #folder: string;

  /** `gitFolder` is the working tree's own, absolute. */
  constructor(files: Files, gitFolder: string) {
    this.#files = files;
    this.#folder = path.join(gitFolder, 'sopskit', 'conflicts');
  }

  get isEmpty(): boolean {
    return (this.#files.list(this.#folder) ?? []).length === 0;
  }

  write(file: string, sealed: Uint8Array): void {
    this.#files.makeFolder(this.#folder, 0o700);
    this.#files.replace(this.#name(file), sealed, 0o600);
  }

  /** Returns `null` where there is none. Throws `key.unavailable` for one that cannot be opened here. */
  async read(file: string, options: SideOptions): Promise<ConflictRecord | null> {
    const bytes = this.#files.read(this.#name(file));
    if (bytes === null) return null;
    const sealed = await readSealedFile(await formatNamed('binary'), bytes, keySources);
    const open = await openFile(sealed, options);
    try {
      const record = decodeRecord(decryptedBytes(open));
      return record?.path === asArgument(file) ? record : null;
    } finally {
      open.dataKey.wipe();
    }
  }

  /** Removes the records of all files but those that are still in conflict. */
  sweep(inConflict: readonly string[]): void {
    const keep = new Set(inConflict.map((file) => path.basename(this.#name(file))));
    for (const name of this.#files.list(this.#folder) ?? [])
      if (name.endsWith('.sops.json') && !keep.has(name)) this.#files.remove(path.join(this.#folder, name));
  }

  #name(file: string): string {
    return path.join(this.#folder, `${digestOf(Buffer.from(asArgument(file))).slice(0, 32)}.sops.json`);
  }
}
