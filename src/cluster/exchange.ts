import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { SopskitError } from '../errors/sopskit-error.ts';

/** One HTTP request, and how long it may take. */
export interface Exchange {
  readonly url: URL;
  readonly options: RequestOptions;
  readonly payload?: Uint8Array | undefined;
  /** In milliseconds, from now until the last byte of the answer; infinite: for ever. */
  readonly patience: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** In seconds, as the server says; `null` where it says nothing. */
  readonly retryAfter: number | null;
  readonly body: Uint8Array;
}

/** What became of a request that got no whole answer. */
export interface NoAnswer {
  /** A system error, `ETIMEDOUT` for what took too long, or a SopskitError. */
  readonly error: unknown;
  /** Whether all of it was handed to the connection: the server may have acted on it. */
  readonly sent: boolean;
  /** Whether an answer had begun. */
  readonly answered: boolean;
  /** Whether the connection had been used before: a server closes those that are idle. */
  readonly reused: boolean;
}

/** What a server may answer, in bytes. A page of 500 large objects is less. */
const mostBytes = 64 * 1024 * 1024;

/** Sends a request and reads the whole answer. Never throws: what went wrong is returned. */
export async function exchange(wanted: Exchange): Promise<Answer | NoAnswer> {
  const { url, options, payload, patience, signal } = wanted;
  const { request: start } =
    url.protocol === 'http:' ? await import('node:http') : await import('node:https');
  const state = { sent: false, answered: false };
  return await new Promise<Answer | NoAnswer>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let request: ClientRequest | null = null;
    const finish = (result: Answer | { readonly error: unknown }): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      if (!('error' in result)) return resolve(result);
      request?.destroy();
      resolve({ ...state, error: result.error, reused: request?.reusedSocket ?? false });
    };
    const interrupt = (): void => finish({ error: new SopskitError('interrupted', 'interrupted') });
    if (signal?.aborted === true) return interrupt();
    signal?.addEventListener('abort', interrupt);
    if (Number.isFinite(patience))
      timer = setTimeout(
        () => finish({ error: Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }) }),
        Math.max(1, patience),
      );
    try {
      request = start(url, options, (message) => {
        state.answered = true;
        collect(message).then(finish, (error: unknown) => finish({ error }));
      });
    } catch (error) {
      return finish({ error }); // a header that HTTP cannot carry
    }
    request.on('error', (error) => finish({ error }));
    request.on('finish', () => {
      state.sent = true;
    });
    request.end(payload);
  });
}

async function collect(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw Object.assign(new Error('too large'), { code: 'ANSWER_TOO_LARGE' });
    chunks.push(chunk);
  }
  const after = message.headers['retry-after'];
  const seconds = after === undefined ? Number.NaN : Number(after);
  return {
    status: message.statusCode ?? 0,
    retryAfter: Number.isFinite(seconds) ? Math.max(0, seconds) : null,
    body: Buffer.concat(chunks),
  };
}
