import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { SopskitError } from '../errors/sopskit-error.ts';
import { jsonFormat } from '../formats/json/json-format.ts';
import type { Mapping } from '../tree/value.ts';
import type { Login } from './login.ts';
import { type Doing, refusalOf } from './refusal.ts';
import { unreachable } from './unreachable.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  /** From the server's address on, with its query. */
  readonly path: string;
  readonly body?: Mapping;
  readonly type?: string;
}

/** Speaks HTTP with one API server: JSON both ways. */
export interface Transport {
  /** Returns the answer's object; `null` for 404. Throws `cluster.*`. */
  ask(request: ApiRequest, doing: Doing): Promise<Mapping | null>;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
  readonly body: Uint8Array;
}

/** How long a server may take to answer, in milliseconds. kubectl waits for ever; a pipeline must not. */
const patience = 60_000;
/** How often a request is repeated that the server was too busy for. */
const mostTries = 5;

export function openTransport(server: string, login: Login): Transport {
  return {
    async ask(request, doing) {
      let renewed = false;
      for (let tries = 1; ; tries++) {
        const answer = await send(server, await login.options(), request).catch((error) => {
          if (isStale(error) && request.method !== 'POST' && tries < mostTries) return null;
          throw unreachable(error, doing, patience);
        });
        if (answer === null) continue;
        if (answer.status === 401 && !renewed) {
          renewed = true;
          login.forget();
          continue;
        }
        const busy = answer.status === 429 || (answer.status >= 500 && answer.retryAfter !== null);
        if (busy && tries < mostTries) {
          await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retryAfter ?? 1, 10) * 1000));
          continue;
        }
        return read(answer, doing);
      }
    },
  };
}

/** A kept connection that the server had closed meanwhile. */
function isStale(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function read({ status, body }: Answer, doing: Doing): Mapping | null {
  const object = parsed(body);
  if (status === 404) return null;
  if (status >= 300) throw refusalOf(status, object, doing);
  if (object !== null) return object;
  throw new SopskitError(
    'cluster.refused',
    `What answers at ${doing.server} is no Kubernetes API server: no JSON came`,
    {
      hint: `kubectl${doing.flags} config view --minify shows the address; kubectl${doing.flags} get --raw /version tries it.`,
    },
  );
}

function parsed(body: Uint8Array): Mapping | null {
  try {
    return jsonFormat.parse(body).branches[0] ?? null;
  } catch {
    return null; // whatever it is, it may hold a value: it is not shown
  }
}

async function send(
  server: string,
  login: RequestOptions,
  { method, path, body, type }: ApiRequest,
): Promise<Answer> {
  const { request: start } = server.startsWith('http:')
    ? await import('node:http')
    : await import('node:https');
  const payload = body === undefined ? undefined : jsonFormat.emit([body], { indent: 0 });
  const headers = {
    ...(login.headers as Record<string, string>),
    accept: 'application/json',
    'user-agent': 'sopskit',
    ...(payload === undefined
      ? {}
      : { 'content-type': type ?? 'application/json', 'content-length': payload.length }),
  };
  return await new Promise<Answer>((resolve, reject) => {
    const url = new URL(`${server}${path}`);
    const request = start(url, { ...login, method, headers }, (message) => {
      collect(message).then(resolve, reject);
    });
    const timer = setTimeout(
      () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
      patience,
    );
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
    request.end(payload);
  });
}

async function collect(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const after = Number(message.headers['retry-after']);
  return {
    status: message.statusCode ?? 0,
    retryAfter: Number.isFinite(after) && message.headers['retry-after'] !== undefined ? after : null,
    body: Buffer.concat(chunks),
  };
}
