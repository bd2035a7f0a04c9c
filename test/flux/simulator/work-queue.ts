import type { Step } from './pace.ts';
import type { World } from './world.ts';

type Work = (key: string) => Generator<Step, void>;

/** The controller's queue: a key is in it once, and with one worker at a time (client-go, workqueue). */
export class WorkQueue {
  readonly #world: World;
  readonly #work: Work;
  readonly #waiting: string[] = [];
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();
  #idle: number;

  constructor(world: World, workers: number, work: Work) {
    this.#world = world;
    this.#work = work;
    this.#idle = workers;
  }

  add(key: string): void {
    if (this.#busy.has(key)) this.#again.add(key);
    else if (!this.#waiting.includes(key)) {
      this.#waiting.push(key);
      this.#hand();
    }
  }

  #hand(): void {
    while (this.#idle > 0 && this.#waiting.length > 0) {
      const key = this.#waiting.shift() as string;
      this.#idle--;
      this.#busy.add(key);
      const process = this.#work(key);
      this.#world.after('start', key, () => this.#advance(key, process));
    }
  }

  #advance(key: string, process: ReturnType<Work>): void {
    const { done, value } = process.next();
    if (done !== true) {
      this.#world.after(value, key, () => this.#advance(key, process));
      return;
    }
    this.#busy.delete(key);
    this.#idle++;
    if (this.#again.delete(key)) this.#waiting.push(key);
    this.#hand();
  }
}
