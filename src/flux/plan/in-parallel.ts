/** As many builds as are begun at once; the builder has its own bound on processes. */
const atOnce = 8;

/** Does work on every item, several at once. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items][Symbol.iterator]();
  const runner = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
}
