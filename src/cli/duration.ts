import { SopskitError } from '../errors/sopskit-error.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration (`90s`, `10m`, `1h30m`, `500ms`) that a flag has; in milliseconds. Throws `usage.invalid`. */
export function readDuration(flag: string, text: string): number {
  const total = durationOf(text);
  if (total !== null && total > 0) return total;
  throw new SopskitError('usage.invalid', `--${flag} ${JSON.stringify(text)} is no duration`, {
    hint: 'Write it as 90s, 10m or 1h30m.',
  });
}

/** As `kubectl --request-timeout`: a number alone is seconds, 0 is for ever. In milliseconds. Throws `usage.invalid`. */
export function readRequestTimeout(text: string): number {
  const total = /^\d+$/.test(text) ? Number(text) * 1000 : durationOf(text);
  // more than a timer can hold is for ever, too
  if (total !== null) return total > 2 ** 31 - 1 ? 0 : total;
  throw new SopskitError('usage.invalid', `--request-timeout ${JSON.stringify(text)} is no duration`, {
    hint: 'Write it as 30s, 1m or plain seconds; 0 waits for ever.',
  });
}

function durationOf(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)];
  const isWhole = text !== '' && parts.map(([part]) => part).join('') === text;
  const total = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ''] ?? 0), 0);
  return isWhole ? total : null;
}
