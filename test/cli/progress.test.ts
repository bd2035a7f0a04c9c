import { describe, expect, it, vi } from 'vitest';
import { barText, progressBar } from '../../src/cli/progress.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

const some = { total: 10, done: 5, changed: 4, failed: 1 };

function terminal(error: boolean): Terminal & { readonly drawn: string[] } {
  const drawn: string[] = [];
  return {
    colours: { output: error, error },
    write: () => undefined,
    tell: () => undefined,
    draw: (text) => void drawn.push(text),
    readLine: () => null,
    drawn,
  };
}

/** Shows progress at a time in milliseconds from the start. */
function at(milliseconds: number, show: () => void): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(milliseconds);
  show();
  clock.mockRestore();
}

describe('progressBar', () => {
  const made = (where: Terminal) => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const bar = progressBar(where, 'encrypt');
    clock.mockRestore();
    return bar;
  };

  it('shows how far the work is, on one line', () => {
    const where = terminal(true);
    const bar = made(where);
    at(1_000, () => bar.show(some));
    expect(where.drawn.join('')).toBe(`\r\u001b[K${barText('encrypt', some)}`);
    expect(barText('encrypt', some)).toMatch(/^encrypt █{12}░{12} 5\/10, 1 failed$/);
    bar.clear();
    expect(where.drawn.at(-1)).toBe('\r\u001b[K');
  });

  it('draws nothing for short work, nor more often than it can be read', () => {
    const where = terminal(true);
    const bar = made(where);
    at(100, () => bar.show(some));
    expect(where.drawn).toEqual([]);
    for (let time = 400; time < 480; time++) at(time, () => bar.show(some));
    expect(where.drawn).toHaveLength(1);
  });

  it('draws nothing where there is no terminal, or CI', () => {
    const where = terminal(false);
    const bar = made(where);
    at(1_000, () => bar.show(some));
    bar.clear();
    expect(where.drawn).toEqual([]);
  });

  it('keeps away while a question stands there', async () => {
    const where = terminal(true);
    const bar = made(where);
    at(1_000, () => bar.show(some));
    await bar.without(async () => at(2_000, () => bar.show(some)));
    expect(where.drawn).toHaveLength(2); // drawn, and taken away
    at(3_000, () => bar.show(some));
    expect(where.drawn).toHaveLength(3);
  });
});
