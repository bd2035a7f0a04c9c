import { describe, expect, it } from 'vitest';
import { DataKeys, evidenceOf, type Traces } from '../../../src/repository/audit/data-keys.ts';

const traces = (wrapped: string, sealed: string, opened: string | null = null): Traces => ({
  opened,
  wrapped: wrapped.split(' '),
  sealed: sealed.split(' '),
  mac: null,
});

/** Numbers of the data keys, in the order in which they first occur. */
function keysOf(...all: Traces[]): number[] {
  const keys = new DataKeys();
  const nodes = all.map((each) => keys.add(each, 'f.yaml')).map((node) => keys.of(node));
  const order = [...new Set(nodes)];
  return nodes.map((node) => order.indexOf(node));
}

describe('data keys', () => {
  it('stay where something was edited, or recipients were changed, and are new after rotate', () => {
    const first = traces('w1 w2', 'a b mac1');
    const edited = traces('w1 w2', 'a c mac2');
    const updated = traces('w3 w4', 'a c mac2');
    const rotated = traces('w5 w6', 'd e mac3');
    expect(keysOf(first, edited, updated, rotated)).toEqual([0, 0, 0, 1]);
  });

  it('are told apart and together by the keys themselves where they can be opened', () => {
    expect(keysOf(traces('w1', 'a', 'K'), traces('w2', 'b', 'K'))).toEqual([0, 0]);
    expect(keysOf(traces('w1', 'a', 'K'), traces('w2', 'b', 'L'))).toEqual([0, 1]);
  });

  it('are not joined by ciphertext that was copied between two that are known to differ', () => {
    expect(keysOf(traces('w1', 'a b', 'K'), traces('w2', 'a c', 'L'))).toEqual([0, 1]);
    expect(keysOf(traces('w1', 'a b', 'K'), traces('w2', 'a c'))).toEqual([0, 0]);
  });

  it('are found whatever the order in which versions are added', () => {
    const chain = ['a', 'b', 'c', 'd'].map((mark, index) =>
      traces(`w${index}`, `${mark} x${index} x${index + 1}`),
    );
    expect(keysOf(chain[3] as Traces, chain[0] as Traces, chain[2] as Traces, chain[1] as Traces)).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe('data keys of different files', () => {
  function inTwoFiles(one: Traces, other: Traces): boolean {
    const keys = new DataKeys();
    const nodes = [keys.add(one, 'one.yaml'), keys.add(other, 'other.yaml')].map((node) => keys.of(node));
    return nodes[0] === nodes[1];
  }

  it('are not the same for one line of ciphertext that was copied', () => {
    expect(inTwoFiles(traces('w1', 'a b'), traces('w2', 'a c'))).toBe(false);
    expect(inTwoFiles(traces('w1', 'a b c d e'), traces('w2', 'a b x y z'))).toBe(false);
  });

  it('are the same where half of the ciphertext is, the MAC, or what is wrapped', () => {
    expect(inTwoFiles(traces('w1', 'a b c d'), traces('w2', 'a b x'))).toBe(true);
    const mac = { mac: 'm' };
    expect(inTwoFiles({ ...traces('w1', 'a'), ...mac }, { ...traces('w2', 'b'), ...mac })).toBe(true);
    expect(inTwoFiles(traces('w1 w', 'a'), traces('w w2', 'b'))).toBe(true);
  });

  it('can be asked for what was opened', () => {
    const keys = new DataKeys();
    const [one, other] = [keys.add(traces('w', 'a'), 'f'), keys.add(traces('w', 'b', 'K'), 'f')];
    const alone = keys.add(traces('x', 'c'), 'f');
    expect([one, other, alone].map((node) => keys.openedOf(node))).toEqual(['K', 'K', null]);
  });
});

describe('evidence', () => {
  it.each([
    ['opened', traces('w1', 'a', 'K'), traces('w2', 'b', 'K')],
    ['wrapped', traces('w1 w2', 'a'), traces('w2', 'b')],
    ['ciphertext', traces('w1', 'a'), traces('w2', 'a')],
    ['history', traces('w1', 'a'), traces('w2', 'b')],
  ])('%s', (evidence, one, other) => expect(evidenceOf(one, other)).toBe(evidence));
});
