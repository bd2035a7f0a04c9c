import { type ErrorCode, exitStatusOf } from '../errors/codes.ts';
import type { Statuses } from './command.ts';

/** The exit status of an error: the command's own, or that of the table. `null` is a mistake of ours. */
export function statusOfCode(code: ErrorCode | null, { of, otherwise }: Statuses): number {
  if (code === null) return 1;
  return of?.[code] ?? otherwise ?? exitStatusOf[code];
}

/** The exit status of many failures: the one they share, else 1; 0 for none. */
export function statusOfAll(codes: readonly (ErrorCode | null)[], statuses: Statuses): number {
  const shared = new Set(codes.map((code) => statusOfCode(code, statuses)));
  const [only = 0] = shared;
  return shared.size > 1 ? 1 : only;
}
