import { constants } from 'node:os';

type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT';
/** What a program may give a meaning of its own. They do not end this process, as they do not end sops. */
type UserSignal = 'SIGUSR1' | 'SIGUSR2';

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const userSignals: readonly UserSignal[] = ['SIGUSR1', 'SIGUSR2'];

/** What must happen before this process ends, however it ends (SIGKILL excepted). */
export interface Termination {
  /** Runs `cleanup` (synchronous) at exit or at a signal; the result takes it off the list. */
  atEnd(cleanup: () => void): () => void;
  /** Hands signals to `receive` instead of ending, until the result is called. The last to ask receives. */
  divert(receive: (signal: EndSignal | UserSignal) => void): () => void;
}

/** Listens to nothing until it is first used, and to nothing again once nobody needs it. */
export function nodeTermination(): Termination {
  const cleanups = new Set<() => void>();
  const receivers: ((signal: EndSignal | UserSignal) => void)[] = [];

  const cleanUp = (): void => {
    for (const cleanup of [...cleanups].reverse()) {
      cleanups.delete(cleanup);
      cleanup();
    }
  };
  const onSignal = (signal: EndSignal | UserSignal): void => {
    const receive = receivers.at(-1);
    if (receive !== undefined) {
      receive(signal);
      return;
    }
    if (!isEndSignal(signal)) return;
    cleanUp();
    listen(false);
    raise(signal);
  };
  let listening = false;
  const listen = (on: boolean): void => {
    if (listening === on) return;
    listening = on;
    const change = on ? 'on' : 'off';
    process[change]('exit', cleanUp);
    for (const signal of [...endSignals, ...userSignals]) process[change](signal, onSignal);
  };
  const relisten = (): void => listen(cleanups.size > 0 || receivers.length > 0);

  return {
    atEnd(cleanup) {
      cleanups.add(cleanup);
      relisten();
      return () => {
        cleanups.delete(cleanup);
        relisten();
      };
    },
    divert(receive) {
      receivers.push(receive);
      relisten();
      return () => {
        const index = receivers.lastIndexOf(receive);
        if (index >= 0) receivers.splice(index, 1);
        relisten();
      };
    },
  };
}

/** Whether the signal asks a process to end. */
export function isEndSignal(signal: EndSignal | UserSignal): signal is EndSignal {
  return endSignals.some((one) => one === signal);
}

/**
 * Ends this process by the signal, so that the parent sees how; where that does not work, by its exit status. SIGQUIT
 * would write the memory, secrets and all, into a core file: it is the exit status only.
 */
function raise(signal: EndSignal): void {
  if (signal === 'SIGQUIT') process.exit(128 + constants.signals.SIGQUIT);
  process.kill(process.pid, signal);
  setImmediate(() => process.exit(128 + constants.signals[signal]));
}
