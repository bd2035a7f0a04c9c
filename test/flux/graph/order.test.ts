import { describe, expect, it } from 'vitest';
import { withoutImplied } from '../../../src/flux/graph/order.ts';

const edges = (...names: string[]) => names.map((name) => ({ from: name.slice(0, 1), to: name.slice(1, 2) }));
const drawn = (...names: string[]) => withoutImplied(edges(...names)).map(({ from, to }) => from + to);

describe('which arrows of order are drawn', () => {
  it('leaves out what a longer way says', () => {
    expect(drawn('ab', 'bc', 'ac')).toEqual(['ab', 'bc']);
    expect(drawn('ab', 'bc', 'cd', 'ad', 'ac', 'bd')).toEqual(['ab', 'bc', 'cd']);
  });

  it('keeps two ways of the same length', () => {
    expect(drawn('ab', 'ac', 'bd', 'cd')).toEqual(['ab', 'ac', 'bd', 'cd']);
  });

  it('keeps all of a cycle, and of what hangs on it', () => {
    expect(drawn('ab', 'bc', 'ca')).toEqual(['ab', 'bc', 'ca']);
    expect(drawn('aa', 'ab')).toEqual(['aa', 'ab']);
  });
});
