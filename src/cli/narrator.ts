import type { Narrator } from '../operations/watch/narrator.ts';
import type { Terminal } from './terminal.ts';

/** Where nothing can be drawn, what is waited for is said again after this long. */
const remindMs = 15_000;

/** Tells on standard error how it goes; what is waited for is drawn over itself on a terminal. */
export function narrator(terminal: Terminal): Narrator {
  const { draw } = terminal;
  const canDraw = terminal.colours.error && draw !== undefined;
  let [drawn, saidAt] = [false, performance.now()];
  const clear = (): void => {
    if (drawn) draw?.call(terminal, '\r\u001b[K');
    drawn = false;
  };
  return {
    say(line) {
      clear();
      terminal.tell(line);
      saidAt = performance.now();
    },
    wait(what) {
      if (!canDraw) {
        if (what === '' || performance.now() - saidAt < remindMs) return;
        terminal.tell(`  waiting: ${what}`);
        saidAt = performance.now();
        return;
      }
      clear();
      if (what === '') return;
      draw?.call(terminal, `  ${what.split('\n')[0]?.slice(0, 110) ?? ''}`);
      drawn = true;
    },
  };
}
