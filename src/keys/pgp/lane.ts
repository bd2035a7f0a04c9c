/** Lets a limited number of tasks run at a time; the others wait in the order they came. */
export interface Lane {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Changes how many may run at a time. */
  widen(limit: number): void;
}

export function makeLane(limit: number): Lane {
  let allowed = limit;
  let running = 0;
  const waiting: (() => void)[] = [];
  const advance = (): void => {
    while (running < allowed) {
      const next = waiting.shift();
      if (next === undefined) return;
      running++;
      next();
    }
  };
  return {
    async run(task) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        advance();
      });
      try {
        return await task();
      } finally {
        running--;
        advance();
      }
    },
    widen(wider) {
      allowed = wider;
      advance();
    },
  };
}
