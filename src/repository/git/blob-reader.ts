import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Conversation } from '../../system/processes.ts';
import type { System } from '../../system/system.ts';
import { quietEnvironment, quietly } from './git-run.ts';

const lineFeed = 0x0a;

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
  read(id: string): Promise<Uint8Array> {
    const reading = this.#turn.then(() => this.#readNow(id));
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#process?.close().catch(() => undefined);
    this.#process = null;
    this.#pending = Buffer.alloc(0);
  }

  async #readNow(id: string): Promise<Uint8Array> {
    if (!/^[0-9a-f]{40,64}$/.test(id)) throw noObject(id);
    this.#process ??= this.#system.processes.converse('git', [...quietly, 'cat-file', '--batch'], {
      cwd: this.#folder,
      env: quietEnvironment,
    });
    this.#process.write(Buffer.from(`${id}\n`));
    const size = sizeOf(await this.#line(this.#process), id);
    const content = await this.#take(this.#process, size + 1);
    return content.subarray(0, size);
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

/** `<id> <type> <size>`, or `<id> missing`. */
function sizeOf(line: string, id: string): number {
  const size = Number(line.split(' ')[2] ?? '');
  if (line.endsWith(' missing') || !Number.isSafeInteger(size)) throw noObject(id);
  return size;
}

function noObject(id: string): SopskitError {
  return new SopskitError('git.failed', `the repository has no object ${id.slice(0, 12)}`, {
    hint: 'The clone is partial or damaged: git fetch --refetch, or git fsck.',
  });
}
