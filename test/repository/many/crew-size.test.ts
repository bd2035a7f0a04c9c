import { describe, expect, it } from 'vitest';
import { threadsFor } from '../../../src/repository/many/crew-size.ts';

describe('threadsFor', () => {
  it.each([
    ['one file', 1, 8, 10_000_000, 1],
    ['few small files', 40, 8, 40_000, 1],
    ['few large files', 3, 8, 3_000_000, 3],
    ['many files', 1_000, 8, 0, 8],
    ['as many as keep threads busy', 50, 8, 0, 4],
    ['one core', 1_000, 1, 0, 1],
  ])('%s', (_, files, cores, bytes, threads) => {
    expect(threadsFor(files, cores, () => bytes)).toBe(threads);
  });
});
