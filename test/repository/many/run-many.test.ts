import { describe, expect, it } from 'vitest';
import { inlineCrew } from '../../../src/repository/many/crew.ts';
import type { FileWork, ManyFile, Outcome } from '../../../src/repository/many/outcome.ts';
import { type Progress, runMany } from '../../../src/repository/many/run-many.ts';
import { tallyOf } from '../../../src/repository/many/tally.ts';

const changed: Outcome = { kind: 'changed' };
const failed = (code: 'sops.mac' | 'interrupted'): Outcome => ({
  kind: 'failed',
  failure: { code, message: 'for a test' },
});
const never = new AbortController().signal;

function files(count: number): ManyFile[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `/w/${index}`,
    shown: `${index}`,
    named: false,
  }));
}

describe('runMany', () => {
  it('gives the results in the order of the files, whatever ends first', async () => {
    const work: FileWork = async ({ shown }) => {
      await new Promise((resolve) => setTimeout(resolve, (7 - Number(shown)) * 3));
      return Number(shown) % 2 === 0 ? changed : { kind: 'unchanged', reason: 'in-sync' };
    };
    const { results, interrupted } = await runMany(inlineCrew(work), files(7), never);
    expect(results.map(({ file, outcome }) => [file.shown, outcome?.kind])).toEqual(
      files(7).map(({ shown }, index) => [shown, index % 2 === 0 ? 'changed' : 'unchanged']),
    );
    expect(interrupted).toBe(false);
  });

  it('goes on after failures, and counts', async () => {
    const seen: Progress[] = [];
    const work: FileWork = async ({ shown }) => (Number(shown) < 3 ? failed('sops.mac') : changed);
    const { results } = await runMany(inlineCrew(work), files(10), never, (progress) => seen.push(progress));
    expect(tallyOf(results)).toMatchObject({ files: 10, failed: 3, changed: 7, left: 0 });
    expect(seen.at(-1)).toEqual({ total: 10, done: 10, changed: 7, failed: 3 });
  });

  it('stops when it is told to, and finishes what it has begun', async () => {
    const stop = new AbortController();
    let begun = 0;
    const work: FileWork = async () => {
      if (++begun === 5) stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 1));
      return changed;
    };
    const { results, interrupted } = await runMany(inlineCrew(work), files(100), stop.signal);
    expect(interrupted).toBe(true);
    expect(tallyOf(results).changed).toBe(begun);
    expect(tallyOf(results).left).toBe(100 - begun);
    expect(begun).toBeLessThan(12);
  });

  it('stops where a question for a key is broken off', async () => {
    const work: FileWork = async ({ shown }) => (shown === '3' ? failed('interrupted') : changed);
    const { results, interrupted } = await runMany(inlineCrew(work), files(100), never);
    expect(interrupted).toBe(true);
    expect(tallyOf(results)).toMatchObject({ failed: 0 });
    expect(tallyOf(results).left).toBeGreaterThan(80);
  });

  it('lets signals in while it works', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    const work: FileWork = async () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      return changed;
    };
    expect((await runMany(inlineCrew(work), files(2_000), stop.signal)).interrupted).toBe(true);
  });
});
