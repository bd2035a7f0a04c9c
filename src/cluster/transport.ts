import { setTimeout as sleep } from 'node:timers/promises';
import { SopskitError } from '../errors/sopskit-error.ts';
import { jsonFormat } from '../formats/json/json-format.ts';
import type { Mapping } from '../tree/value.ts';
import type { Doing } from './doing.ts';
import { type Answer, exchange, type NoAnswer } from './exchange.ts';
import { textIn } from './fields.ts';
import type { Login } from './login.ts';
import { usualPatience } from './patience.ts';
import { isNoNamespace, refusalOf } from './refusal.ts';
import { isChanging, isWriting, uncertainty } from './uncertainty.ts';
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

export interface TransportOptions {
  /** How long a call may take with all its repetitions, in milliseconds; 0: for ever. Default 60 s. */
  readonly patience?: number;
  /** Ends a call at once, with `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** How often a request is repeated that the server was too busy for, or that its end of a connection cut. */
const mostTries = 5;

export function openTransport(server: string, login: Login, options: TransportOptions = {}): Transport {
  const patience = options.patience ?? usualPatience;
  const { signal } = options;

  /** One request, or what is known of its failure. */
  const send = async (request: ApiRequest, end: number): Promise<Answer | NoAnswer> => {
    const asked = await login.options();
    const payload = request.body === undefined ? undefined : jsonFormat.emit([request.body], { indent: 0 });
    const headers = {
      ...(asked.headers as Record<string, string>),
      accept: 'application/json',
      'user-agent': 'sopskit',
      ...(payload === undefined
        ? {}
        : { 'content-type': request.type ?? 'application/json', 'content-length': payload.length }),
    };
    return await exchange({
      url: new URL(`${server}${request.path}`),
      options: { ...asked, method: request.method, headers },
      ...{ payload, signal, patience: end - performance.now() },
    });
  };

  return {
    async ask(request, doing) {
      await login.options(); // may take as long as its user takes
      const end = performance.now() + (patience === 0 ? Number.POSITIVE_INFINITY : patience);
      const pause = async (ms: number): Promise<void> => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {
          throw new SopskitError('interrupted', 'interrupted');
        });
      };
      let [renewed, again] = [false, false];
      for (let tries = 1; ; tries++) {
        const answer = await send(request, end);
        if ('error' in answer) {
          if (tries === mostTries || !mayRepeat(answer, doing)) throw lost(answer, doing, patience, login);
          again = isChanging(doing);
          await pause(tries === 1 ? 0 : 100);
          continue;
        }
        if (answer.status === 401 && !renewed) {
          renewed = true;
          login.forget();
          continue;
        }
        const wait = Math.min(answer.retryAfter ?? 1, 10) * 1000;
        if (isBusy(answer) && tries < mostTries && performance.now() + wait < end) {
          await pause(wait);
          continue;
        }
        return read(answer, doing, { again, doubt: login.doubt?.() ?? null });
      }
    },
  };
}

function isBusy({ status, retryAfter }: Answer): boolean {
  return status === 429 || (status >= 500 && retryAfter !== null);
}

/**
 * Whether a request whose answer was lost is sent again. What reads, always; what writes only over a kept connection
 * that the server had closed: over a new one it may have been carried out.
 */
function mayRepeat({ error, answered, reused }: NoAnswer, doing: Doing): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return false;
  return !isChanging(doing) || (reused && !answered);
}

function lost(
  { error, sent, answered }: NoAnswer,
  doing: Doing,
  patience: number,
  login: Login,
): SopskitError {
  const failure = unreachable(error, doing, { patience, proxy: login.proxy ?? null, answered });
  const { code = '' } = error as NodeJS.ErrnoException;
  // a handshake that failed did not bring the request to anybody
  const isHandshake = code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
  if (!sent || isHandshake || failure.code === 'interrupted') return failure;
  return uncertainty(failure, doing);
}

function read(
  { status, body }: Answer,
  doing: Doing,
  circumstances: { readonly again: boolean; readonly doubt: string | null },
): Mapping | null {
  const object = parsed(body);
  if (status === 404 && isAbsent(object, body, doing)) return null;
  if (status < 200 || status >= 300) throw refusalOf(status, object, doing, circumstances);
  if (object !== null) return object;
  const strange = new SopskitError(
    'cluster.refused',
    `What answers at ${doing.server} is no Kubernetes API server: no JSON came`,
    {
      hint: `kubectl${doing.flags} config view --minify shows the address; kubectl${doing.flags} get --raw /version tries it.`,
    },
  );
  throw uncertainty(strange, doing);
}

/**
 * Whether a 404 is an API server's: that something else has no such page does not mean that the object is not there.
 * For an API that it does not serve, an API server says so in plain text.
 */
function isAbsent(object: Mapping | null, body: Uint8Array, doing: Doing): boolean {
  if (object !== null)
    return textIn(object, 'kind') === 'Status' && !(isWriting(doing) && isNoNamespace(object, doing));
  return body.length < 100 && Buffer.from(body).toString().trim() === '404 page not found';
}

function parsed(body: Uint8Array): Mapping | null {
  try {
    return jsonFormat.parse(body).branches[0] ?? null;
  } catch {
    return null; // whatever it is, it may hold a value: it is not shown
  }
}
