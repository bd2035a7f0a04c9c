import type { MasterKey } from '../../keys/key-source.ts';
import type { Failure, ManyFile, Outcome } from './outcome.ts';

/** What the main thread tells a worker. */
export type ToWorker =
  | { readonly kind: 'files'; readonly files: readonly { readonly index: number; readonly file: ManyFile }[] }
  | { readonly kind: 'stop' }
  /** The answer to a request for a key. */
  | ({ readonly kind: 'key'; readonly id: number } & KeyAnswer);

export type KeyAnswer =
  | { readonly key: MasterKey }
  /** A data key; its buffer is transferred, not copied. */
  | { readonly bytes: Uint8Array }
  | { readonly failure: Failure };

/** What a worker tells the main thread. */
export type ToMain =
  | { readonly kind: 'done'; readonly index: number; readonly outcome: Outcome }
  | { readonly kind: 'left'; readonly index: number }
  | { readonly kind: 'key'; readonly id: number; readonly ask: KeyRequest };

export type KeyRequest =
  | { readonly what: 'unwrap'; readonly key: MasterKey }
  /** A data key; its buffer is transferred, not copied. */
  | { readonly what: 'wrap'; readonly key: MasterKey; readonly bytes: Uint8Array };

/** Sends a message to the other thread; the buffers in `transfer` are its own afterwards. */
export type Send<Message> = (message: Message, transfer: readonly ArrayBuffer[]) => void;
