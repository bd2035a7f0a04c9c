import type { Readable } from 'node:stream';

/** The output of a program, taken chunk by chunk. */
export interface ChunkQueue {
  /** Resolves with the next chunk, or `null` at the end. */
  next(): Promise<Uint8Array | null>;
  /** Returns what nobody has taken yet. */
  rest(): Uint8Array;
  /** Makes every `next` reject. */
  fail(error: unknown): void;
}

/** Reads ahead, so that a program never waits for us to ask. */
export function chunkQueue(stream: Readable): ChunkQueue {
  const chunks: Uint8Array[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  const changed = (): void => {
    wake?.();
    wake = null;
  };
  stream.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    changed();
  });
  stream.once('close', () => {
    ended = true;
    changed();
  });
  return {
    async next() {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) return chunk;
        if (failure !== null) throw failure.error;
        if (ended) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    rest: () => Uint8Array.from(Buffer.concat(chunks.splice(0))),
    fail(error) {
      failure = { error };
      changed();
    },
  };
}
