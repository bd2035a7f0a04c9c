import type { KeySession, KeySource, MasterKey } from '../../keys/key-source.ts';
import { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import type { KeyDesk } from './key-desk.ts';
import type { KeyAnswer, KeyRequest, Send, ToMain, ToWorker } from './messages.ts';
import { errorOf, failureOf } from './outcome.ts';

/**
 * A worker's keys: the main thread has the identities, and is asked. Only what asks nobody and needs no secret of the
 * user's, wrapping for a plain public key, is done here.
 */
export class RemoteKeys {
  readonly #send: Send<ToMain>;
  readonly #waiting = new Map<number, (answer: KeyAnswer) => void>();
  #last = 0;

  constructor(send: Send<ToMain>) {
    this.#send = send;
  }

  /** The sources as a keyring takes them. */
  sources(system: System, real: readonly KeySource[]): KeySource[] {
    return real.map((source) => ({ ...source, open: () => this.#session(source, system) }));
  }

  receive({ id, ...answer }: Extract<ToWorker, { readonly kind: 'key' }>): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #session(source: KeySource, system: System): KeySession {
    let here: KeySession | null = null;
    return {
      wrap: async (key, dataKey) => {
        if (source.wrapsAlone?.(key) === true) {
          here ??= source.open(system);
          return here.wrap(key, dataKey);
        }
        const bytes = dataKey.lend((own) => Uint8Array.from(own));
        const answer = await this.#ask({ what: 'wrap', key, bytes }, [bytes.buffer]);
        if ('key' in answer) return answer.key;
        throw errorIn(answer);
      },
      unwrap: async (key) => {
        const answer = await this.#ask({ what: 'unwrap', key }, []);
        if ('bytes' in answer) return new Secret(answer.bytes);
        throw errorIn(answer);
      },
    };
  }

  #ask(ask: KeyRequest, transfer: readonly ArrayBuffer[]): Promise<KeyAnswer> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ kind: 'key', id, ask }, transfer);
    });
  }
}

/** Answers a worker at the desk. Never throws. */
export async function answerAt(desk: KeyDesk, ask: KeyRequest): Promise<KeyAnswer> {
  try {
    if (ask.what === 'wrap') return { key: await wrapped(desk, ask.key, ask.bytes) };
    const dataKey = await desk.unwrap(ask.key);
    // the copy that is transferred is the worker's, this one is nobody's any more
    const bytes = dataKey.lend((own) => Uint8Array.from(own));
    dataKey.wipe();
    return { bytes };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

async function wrapped(desk: KeyDesk, key: MasterKey, bytes: Uint8Array): Promise<MasterKey> {
  const dataKey = new Secret(bytes);
  try {
    return await desk.wrap(key, dataKey);
  } finally {
    dataKey.wipe();
  }
}

function errorIn(answer: KeyAnswer): Error {
  return errorOf('failure' in answer ? answer.failure : { code: null, message: '' });
}
