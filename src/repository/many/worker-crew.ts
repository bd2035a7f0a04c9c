import type { Crew } from './crew.ts';
import type { KeyDesk } from './key-desk.ts';
import type { Send, ToMain, ToWorker } from './messages.ts';
import type { ManyFile, Outcome } from './outcome.ts';
import { answerAt } from './remote-keys.ts';

/** A running thread, as the crew speaks to it. */
export interface Hand {
  readonly send: Send<ToWorker>;
  /** Calls `receive` with each message, and `broken` when the thread ends unasked. Asked once, before anything is sent. */
  listen(receive: (message: ToMain) => void, broken: (reason: unknown) => void): void;
  end(): Promise<void>;
}

/** How many files a worker has before it at most: enough that it never waits for the next one. */
const handful = 12;

/** Works in `count` threads; `start` makes one. Keys are dealt with here, at the desk. */
export function workerCrew(start: () => Hand, count: number, desk: KeyDesk): Crew {
  const hands: Hand[] = [];
  return {
    async perform(files, done, stop) {
      while (hands.length < Math.min(count, files.length)) hands.push(start());
      const share = Math.ceil(files.length / (4 * Math.max(hands.length, 1)));
      const round = new Round(files, done, stop, desk, Math.min(handful, share));
      await Promise.all(hands.map((hand) => round.employ(hand)));
    },
    async close() {
      await Promise.all(hands.splice(0).map((hand) => hand.end()));
    },
  };
}

/** One pass over the files. */
class Round {
  readonly #files: readonly ManyFile[];
  readonly #done: (index: number, outcome: Outcome) => void;
  readonly #stop: AbortSignal;
  readonly #desk: KeyDesk;
  readonly #share: number;
  #next = 0;

  constructor(
    files: readonly ManyFile[],
    done: (index: number, outcome: Outcome) => void,
    stop: AbortSignal,
    desk: KeyDesk,
    share: number,
  ) {
    this.#files = files;
    this.#done = done;
    this.#stop = stop;
    this.#desk = desk;
    this.#share = share;
  }

  employ(hand: Hand): Promise<void> {
    return new Promise((resolve, reject) => {
      let held = 0;
      const feed = (): void => {
        const files = this.#take(this.#share - held);
        held += files.length;
        if (files.length > 0) hand.send({ kind: 'files', files }, []);
        else if (held === 0) resolve();
      };
      const finish = (): void => {
        held--;
        if (held <= this.#share / 2) feed();
      };
      hand.listen((message) => {
        if (message.kind === 'key') return void this.#answer(hand, message);
        if (message.kind === 'done') this.#done(message.index, message.outcome);
        finish();
      }, reject);
      this.#stop.addEventListener('abort', () => hand.send({ kind: 'stop' }, []));
      feed();
    });
  }

  #take(count: number): { index: number; file: ManyFile }[] {
    if (this.#stop.aborted) return [];
    const from = this.#next;
    const taken = this.#files.slice(from, from + count);
    this.#next = from + taken.length;
    return taken.map((file, offset) => ({ index: from + offset, file }));
  }

  async #answer(hand: Hand, { id, ask }: Extract<ToMain, { readonly kind: 'key' }>): Promise<void> {
    const answer = await answerAt(this.#desk, ask);
    const transfer = 'bytes' in answer ? [answer.bytes.buffer as ArrayBuffer] : [];
    hand.send({ kind: 'key', id, ...answer }, transfer);
  }
}
