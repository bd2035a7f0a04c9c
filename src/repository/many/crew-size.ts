/** Fewer small files than this are done before a thread has started. */
const worthThreads = 48;
/** So many files keep a thread busy for about as long as it takes to start it. */
const worthOne = 16;
/** So many bytes do, too. */
const bytesWorthOne = 200_000;

/** How many threads work on many files is worth; 1 is none but this one. `bytes` is asked only where it matters. */
export function threadsFor(files: number, cores: number, bytes: () => number): number {
  if (cores < 2 || files < 2) return 1;
  const byCount = files < worthThreads ? 1 : Math.ceil(files / worthOne);
  const bySize = byCount > 1 ? 1 : Math.min(files, Math.floor(bytes() / bytesWorthOne));
  return Math.max(1, Math.min(cores, Math.max(byCount, bySize)));
}
