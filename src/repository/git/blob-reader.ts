import { SopskitError } from '../../errors/sopskit-error.ts';
import { pathBytes } from '../../system/path-text.ts';
import type { Conversation } from '../../system/processes.ts';
import type { System } from '../../system/system.ts';
import { quietEnvironment, quietly } from './git-run.ts';

const lineFeed = 0x0a;
const isId = /^[0-9a-f]{40,64}$/;

/** Reads objects through one `git cat-file --batch`, started with the first of them. */
export class BlobReader {
  readonly #system: System;
  readonly #folder: string;
  #process: Conversation | null = null;
  #pending: Buffer = Buffer.alloc(0);
  #turn: Promise<unknown> = Promise.resolve();

  constructor(system: System, folder: string) {
    this.#system = system;
    this.#folder = folder;
  }

  /** Returns a blob's bytes. Throws `git.failed` where the repository has no such object. */
  async read(id: string): Promise<Uint8Array> {
    if (!isId.test(id)) throw noObject(id);
    return this.#blobOf(id, this.#ask([id])[0]);
  }

  /** Asks for several blobs (by their ids, as git gave them) in one go; the answers come one after the other. */
  readMany(ids: readonly string[]): Promise<Uint8Array>[] {
    return this.#ask(ids).map((answer, index) => this.#blobOf(ids[index] ?? '', answer));
  }

  /**
   * Returns the bytes that a path has in the index, or `null` where the index has none to commit: no such file, one in
   * conflict, a submodule. Names with a line break, and those that lead out of the tree, cannot be asked for: `null` too.
   */
  async readStaged(path: string): Promise<Uint8Array | null> {
    if (/[\n\r]|^\.{0,2}(?:\/|$)/.test(path)) return null;
    return (await this.#ask([`:0:${path}`])[0]) ?? null;
  }

  /** Starts the process before the first object is asked for. */
  start(): void {
    this.#open();
  }

  /** Ends the process, once it has answered; nobody waits for it to go. */
  async close(): Promise<void> {
    await this.#turn;
    this.#process?.kill();
    this.#process = null;
    this.#pending = Buffer.alloc(0);
  }

  async #blobOf(id: string, answer: Promise<Uint8Array | null> | undefined): Promise<Uint8Array> {
    const content = await answer;
    if (content == null) throw noObject(id);
    return content;
  }

  /** Asks for objects, by id or name, with one write; an answer is `null` where there is no such blob. */
  #ask(names: readonly string[]): Promise<Uint8Array | null>[] {
    if (names.length === 0) return [];
    const process = this.#open();
    process.write(Buffer.concat(names.flatMap((name) => [pathBytes(name), Buffer.of(lineFeed)])));
    return names.map(() => {
      const answer = this.#turn.then(() => this.#answer(process));
      this.#turn = answer.catch(() => undefined);
      return answer;
    });
  }

  async #answer(process: Conversation): Promise<Uint8Array | null> {
    const [type = '', size = ''] = answered.exec(await this.#line(process))?.slice(1) ?? [];
    if (type === '') return null;
    const content = await this.#take(process, Number(size) + 1);
    return type === 'blob' ? content.subarray(0, Number(size)) : null;
  }

  #open(): Conversation {
    this.#process ??= this.#system.processes.converse('git', [...quietly, 'cat-file', '--batch'], {
      cwd: this.#folder,
      env: quietEnvironment,
    });
    return this.#process;
  }

  async #line(process: Conversation): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf(lineFeed);
      if (end >= 0) return (await this.#take(process, end + 1)).toString('utf8', 0, end);
      this.#pending = Buffer.concat([this.#pending, await nextChunk(process)]);
    }
  }

  /** Takes a number of bytes off the output; joined once, however many chunks they come in. */
  async #take(process: Conversation, length: number): Promise<Buffer> {
    const chunks = [this.#pending];
    let have = this.#pending.length;
    while (have < length) {
      const chunk = await nextChunk(process);
      chunks.push(chunk);
      have += chunk.length;
    }
    const all = chunks.length === 1 ? this.#pending : Buffer.concat(chunks);
    this.#pending = all.subarray(length);
    return all.subarray(0, length);
  }
}

async function nextChunk(process: Conversation): Promise<Buffer> {
  const chunk = await process.read();
  if (chunk === null)
    throw new SopskitError('git.failed', 'git cat-file ended before it had answered', {
      hint: 'Check the repository with git fsck.',
    });
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** `<id> <type> <size>`; anything else is `<name> missing` and the like. */
const answered = /^[0-9a-f]+ ([a-z]+) ([0-9]+)$/;

function noObject(id: string): SopskitError {
  return new SopskitError('git.failed', `the repository has no object ${id.slice(0, 12)}`, {
    hint: 'The clone is partial or damaged: git fetch --refetch, or git fsck.',
  });
}
