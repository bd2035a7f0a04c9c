import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import type { Prompts } from '../prompts.ts';
import { hiddenLine } from './hidden-line.ts';
import type { Terminal } from './terminal.ts';
import { openTerminal } from './terminal.ts';
import { isEndSignal, type Termination } from './termination.ts';

/** Asks on the terminal of this process. Questions that come at the same time are asked one after the other. */
export function nodePrompts(termination: Termination): Prompts {
  let turn: Promise<unknown> = Promise.resolve();
  const ask = <T>(question: string, hint: string, answer: (terminal: Terminal) => Promise<T>): Promise<T> => {
    const mine = turn.then(() => withTerminal(question, hint, termination, answer));
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    get available() {
      const terminal = openTerminal();
      terminal?.close();
      return terminal !== null;
    },
    secret: (question, hint) => ask(question, hint, (terminal) => askHidden(terminal, question)),
    text: (question, hint) => ask(question, hint, (terminal) => askLine(terminal, question, termination)),
    choose: (question, choices, hint) =>
      ask(question, hint, (terminal) => askChoice(terminal, question, choices, termination)),
    tell(message) {
      const terminal = openTerminal();
      terminal?.write(`${message}\n`);
      terminal?.close();
    },
  };
}

async function withTerminal<T>(
  question: string,
  hint: string,
  termination: Termination,
  answer: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const terminal = openTerminal();
  if (terminal === null)
    throw new SopskitError('prompt.unavailable', `cannot ask "${question}": there is no terminal`, { hint });
  const forget = termination.atEnd(() => terminal.close());
  try {
    return await answer(terminal);
  } finally {
    terminal.close();
    forget();
  }
}

async function askHidden(terminal: Terminal, question: string): Promise<Secret> {
  const line = hiddenLine();
  let interrupted = false;
  try {
    const typed = terminal.read(true, (chunk) => {
      const state = chunk === null ? 'interrupted' : line.take(chunk);
      chunk?.fill(0);
      interrupted = state === 'interrupted';
      return state !== 'more';
    });
    terminal.write(`${question}: `); // the echo is off by now: whoever answers at once is not shown
    await typed;
    terminal.write('\n');
    if (interrupted) throw interruption();
    return new Secret(line.claim());
  } finally {
    line.wipe();
  }
}

/** The terminal itself edits and echoes the line; Ctrl-C then arrives as a signal. */
async function askLine(terminal: Terminal, question: string, termination: Termination): Promise<string> {
  const chunks: Uint8Array[] = [];
  let ended = false;
  let release = (): void => {};
  terminal.write(`${question}: `);
  const signalled = new Promise<never>((_, reject) => {
    release = termination.divert((signal) => {
      if (!isEndSignal(signal)) return;
      terminal.write('\n');
      reject(interruption());
    });
  });
  const typed = terminal.read(false, (chunk) => {
    ended = chunk === null || chunk.length === 0;
    if (chunk !== null) chunks.push(Uint8Array.from(chunk));
    return ended || chunk?.at(-1) === 0x0a;
  });
  try {
    await Promise.race([typed, signalled]);
  } finally {
    release();
  }
  if (ended) throw interruption();
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

async function askChoice(
  terminal: Terminal,
  question: string,
  choices: readonly string[],
  termination: Termination,
): Promise<number> {
  terminal.write(choices.map((choice, index) => `  ${index + 1}) ${choice}\n`).join(''));
  for (;;) {
    const answer = (await askLine(terminal, `${question} [1-${choices.length}]`, termination)).trim();
    const number = /^\d{1,6}$/.test(answer) ? Number(answer) : 0;
    if (number >= 1 && number <= choices.length) return number - 1;
    terminal.write(`Please answer with a number from 1 to ${choices.length}.\n`);
  }
}

function interruption(): SopskitError {
  return new SopskitError('interrupted', 'interrupted');
}
