import type { Progress } from '../repository/many/run-many.ts';
import type { Terminal } from './terminal.ts';

/** A bar on the terminal behind standard error, drawn over itself. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** Takes the bar away, so that something else can be said. */
  clear(): void;
  /** Keeps the bar away for as long as `work` takes: a question stands on the terminal. */
  without<T>(work: () => Promise<T>): Promise<T>;
}

const width = 24;
/** Shorter work shows no bar at all. */
const quietMs = 300;
const everyMs = 80;

/** Makes a bar for a piece of work; one that shows nothing where standard error is no terminal, or CI's. */
export function progressBar(terminal: Terminal, title: string): ProgressBar {
  const { draw } = terminal;
  if (!terminal.colours.error || draw === undefined) return noBar;
  let next = performance.now() + quietMs;
  let shown = false;
  let held = 0;
  const clear = (): void => {
    if (shown) draw.call(terminal, '\r\u001b[K');
    shown = false;
  };
  return {
    clear,
    async without(work) {
      held++;
      clear();
      try {
        return await work();
      } finally {
        held--;
      }
    },
    show(progress) {
      const now = performance.now();
      if (held > 0 || now < next) return;
      next = now + everyMs;
      shown = true;
      draw.call(terminal, `\r\u001b[K${barText(title, progress)}`);
    },
  };
}

const noBar: ProgressBar = { show: () => undefined, clear: () => undefined, without: (work) => work() };

/** `encrypt ██████░░░░ 412/1000, 3 failed`. */
export function barText(title: string, { total, done, failed }: Progress): string {
  const full = total === 0 ? width : Math.floor((done / total) * width);
  const bar = '█'.repeat(full) + '░'.repeat(width - full);
  return `${title} ${bar} ${done}/${total}${failed > 0 ? `, ${failed} failed` : ''}`;
}
