import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { Subject } from '../../../repository/check/subject.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import type { Holds } from '../key-secret.ts';

/** A file that names the old recipient. */
export interface NamingFile {
  readonly path: string;
  /** `null`: its `sops` block cannot be read, but has the recipient in it. */
  readonly metadata: Metadata | null;
}

/** Finds the files of commits and of the working tree that name a recipient; what git has under one id is read once. */
export class NamingFiles {
  readonly #recipient: string;
  readonly #known = new Map<string, Promise<Metadata | null | undefined>>();

  constructor(recipient: string) {
    this.#recipient = recipient;
  }

  /** The files of a state, in the order of their paths. */
  async of(snapshot: Snapshot): Promise<readonly NamingFile[]> {
    const found: NamingFile[] = [];
    for (const { path, kind, blob } of await snapshot.list()) {
      if (kind !== 'file') continue;
      const metadata = await this.#read(snapshot, path, blob);
      if (metadata !== undefined) found.push({ path, metadata });
    }
    return found;
  }

  #read(snapshot: Snapshot, path: string, blob: string | null): Promise<Metadata | null | undefined> {
    if (blob === null) return this.#look(snapshot, path);
    // what kind of file it is, its name says too
    const key = `${blob} ${/\.[^./]*$/.exec(path)?.[0] ?? ''}`;
    const known = this.#known.get(key) ?? this.#look(snapshot, path);
    this.#known.set(key, known);
    return known;
  }

  async #look(snapshot: Snapshot, path: string): Promise<Metadata | null | undefined> {
    const bytes = await snapshot.read(path);
    if (bytes === null || !namesInText(bytes, this.#recipient)) return undefined;
    const seal = await new Subject(path, bytes).seal();
    if (seal === null) return undefined;
    if (seal.kind === 'bad') return null;
    return namesRecipient(seal.metadata, this.#recipient) ? seal.metadata : undefined;
  }
}

/** Whether a recipient stands in a file's text, whatever it is there. */
export function namesInText(bytes: Uint8Array, recipient: string): boolean {
  return Buffer.from(bytes).includes(recipient);
}

/** Whether a file is encrypted for a recipient. */
export function namesRecipient({ keyGroups }: Metadata, recipient: string): boolean {
  return keyGroups.some((group) =>
    group.some(({ source, id }) => source === 'age' && comparableRecipient(id.trim()) === recipient),
  );
}

/** Whether a file is encrypted for a recipient, and other keys do not open it. */
export function needsRecipient(metadata: Metadata, recipient: string, others: Holds): boolean {
  return namesRecipient(metadata, recipient) && !opensWith(metadata, others);
}
