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

/** A path as Node gets it among its arguments where the system keeps no others: bytes that are no UTF-8 are lost. */
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

  /** `result` as in the record: in the name, so that it is known without a key what the merge wrote. */
  write(file: string, sealed: Uint8Array, result: string): void {
    this.#files.makeFolder(this.#folder, 0o700);
    const former = this.#namesOf(file);
    const name = `${idOf(file)}-${result.slice(0, digits)}${suffix}`;
    this.#files.replace(path.join(this.#folder, name), sealed, 0o600);
    for (const old of former) if (old !== name) this.#files.remove(path.join(this.#folder, old));
  }

  /** Whether bytes are what the merge wrote of a file, with our side at the conflicts. Asks for no key. */
  isResult(file: string, bytes: Uint8Array): boolean {
    return this.#namesOf(file).includes(`${idOf(file)}-${digestOf(bytes).slice(0, digits)}${suffix}`);
  }

  has(file: string): boolean {
    return this.#namesOf(file).length > 0;
  }

  /** Returns `null` where there is none. Throws `key.unavailable` for one that cannot be opened here. */
  async read(file: string, options: SideOptions): Promise<ConflictRecord | null> {
    const [name] = this.#namesOf(file);
    const bytes = name === undefined ? null : this.#files.read(path.join(this.#folder, name));
    if (bytes === null) return null;
    const sealed = await readSealedFile(await formatNamed('binary'), bytes, keySources);
    const open = await openFile(sealed, options);
    try {
      const record = decodeRecord(decryptedBytes(open));
      // a name that is no UTF-8 comes whole only where the system tells the real arguments
      return record !== null && asArgument(record.path) === asArgument(file) ? record : null;
    } finally {
      open.dataKey.wipe();
    }
  }

  /** Removes the records of all files but those that are still in conflict. */
  sweep(inConflict: readonly string[]): void {
    const keep = new Set(inConflict.map(idOf));
    for (const name of this.#files.list(this.#folder) ?? [])
      if (name.endsWith(suffix) && !keep.has(name.slice(0, digits)))
        this.#files.remove(path.join(this.#folder, name));
  }

  #namesOf(file: string): string[] {
    const id = idOf(file);
    return (this.#files.list(this.#folder) ?? []).filter(
      (name) => name.startsWith(id) && name.endsWith(suffix),
    );
  }
}

const suffix = '.sops.json';

/** Of a digest, in a name: enough to tell files apart. */
const digits = 32;

function idOf(file: string): string {
  return digestOf(Buffer.from(asArgument(file))).slice(0, digits);
}
