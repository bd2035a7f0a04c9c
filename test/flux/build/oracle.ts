import { spawnSync } from 'node:child_process';

/** What a question to the flux-oracle is answered with. */
export interface Answer {
  readonly error?: string;
  readonly text?: string;
  readonly object?: unknown;
  readonly objects?: readonly unknown[];
}

/** Asks the real packages of Flux (test/peers/flux-oracle). */
export function askFlux(program: string, questions: readonly unknown[]): readonly Answer[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const { stdout, status } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  const answers = stdout.split('\n').filter((line) => line !== '');
  if (status !== 0 || answers.length !== questions.length) throw new TypeError('the oracle does not answer');
  return answers.map((line) => JSON.parse(line) as Answer);
}

/** Random choices that are the same in every run. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }

  one<T>(items: readonly T[]): T {
    const item = items[this.roll(items.length)];
    if (item === undefined) throw new TypeError('nothing to choose from');
    return item;
  }

  many<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.roll(most + 1) }, make);
  }
}
