import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';

/**
 * Names each finding by what it is about and not by its line, so that a report can be compared with one of another
 * commit: code, file and tree path, numbered where several share them. In the order of `findings`.
 */
export function fingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, place, commit }) => {
    const subject = JSON.stringify([rule.code, place.file ?? null, place.path ?? [], commit ?? null]);
    const count = (seen.get(subject) ?? 0) + 1;
    seen.set(subject, count);
    const digest = createHash('sha256').update(subject).digest('hex').slice(0, 32);
    return `${digest}:${count}`;
  });
}
