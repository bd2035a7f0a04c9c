import { constants } from 'node:os';

type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What must happen before this process ends, however it ends (SIGKILL excepted). */
export interface Termination {
  /** Runs `cleanup` (synchronous) at exit or at a signal; the result takes it off the list. */
  atEnd(cleanup: () => void): () => void;
  /** Hands the end signals to `receive` instead of ending, until the result is called. The last to ask receives. */
  divert(receive: (signal: EndSignal) => void): () => void;
}

/** Listens to nothing until it is first used, and to nothing again once nobody needs it. */
export function nodeTermination(): Termination {
  const cleanups = new Set<() => void>();
  const receivers: ((signal: EndSignal) => void)[] = [];

  const cleanUp = (): void => {
    for (const cleanup of [...cleanups].reverse()) {
      cleanups.delete(cleanup);
      cleanup();
    }
  };
  const onSignal = (signal: EndSignal): void => {
    const receive = receivers.at(-1);
    if (receive !== undefined) {
      receive(signal);
      return;
    }
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
    for (const signal of endSignals) process[change](signal, onSignal);
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

/** Ends this process by the signal, so that the parent sees how; where that does not work, by its exit status. */
function raise(signal: EndSignal): void {
  process.kill(process.pid, signal);
  setImmediate(() => process.exit(128 + constants.signals[signal]));
}
