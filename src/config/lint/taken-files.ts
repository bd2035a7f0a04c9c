import type { CreationRule } from '../config.ts';
import { isOwnFile } from '../own-file.ts';
import type { Regex } from '../regex.ts';

/** What a rule does to the files of a repository. */
export interface Taken {
  /** How many files its expression matches. */
  readonly matched: number;
  /** How many of them no earlier rule takes. */
  readonly used: number;
  /** Earlier rules that take the others, by their index; the busiest first. */
  readonly takers: readonly number[];
  /** The files that it is used for. */
  readonly files: readonly string[];
}

/** Applies the creation rules to files. `null` where an expression is invalid: then nothing can be said. */
export async function takenFiles(
  rules: readonly CreationRule[],
  files: readonly string[],
  compile: (source: string) => Promise<Regex | null>,
): Promise<Taken[] | null> {
  const compiled = await Promise.all(
    rules.map(({ pathRegex }) => (pathRegex === '' ? anything : compile(pathRegex))),
  );
  if (compiled.includes(null)) return null;
  const meant = files.filter((file) => !isOwnFile(file));
  const winners = meant.map((file) => compiled.findIndex((regex) => regex?.test(file)));
  return compiled.map((regex, index) => {
    const matching = winners.filter(
      (winner, at) => winner >= 0 && winner <= index && regex?.test(meant[at] ?? ''),
    );
    return {
      matched: matching.length,
      used: matching.filter((winner) => winner === index).length,
      takers: byCount(matching.filter((winner) => winner !== index)),
      files: meant.filter((_, at) => winners[at] === index),
    };
  });
}

const anything = { source: '', test: (): boolean => true };

function byCount(winners: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const winner of winners) counts.set(winner, (counts.get(winner) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([winner]) => winner);
}
