/** Runs work on every item, a few at a time: the real sops is a process per call. */
export async function inParallel<T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
  width = 4,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Consecutive seeds; `SOPSKIT_INTEROP_SEED` moves them, `SOPSKIT_INTEROP_SCALE` multiplies their number. */
export function seeds(count: number, offset = 0): number[] {
  const first = Number(process.env['SOPSKIT_INTEROP_SEED'] ?? 1) * 1_000_000 + offset;
  const scale = Number(process.env['SOPSKIT_INTEROP_SCALE'] ?? 1);
  return Array.from({ length: Math.ceil(count * scale) }, (_, index) => first + index);
}
