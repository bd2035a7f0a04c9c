import { interleaved } from './crew.ts';
import type { Send, ToMain, ToWorker } from './messages.ts';
import type { FileWork, ManyFile } from './outcome.ts';
import type { RemoteKeys } from './remote-keys.ts';

/** A worker's end of the conversation: takes files, works on them, answers once for each. Returns what receives messages. */
export function serveFiles(
  work: FileWork,
  keys: RemoteKeys,
  send: Send<ToMain>,
): (message: ToWorker) => void {
  const waiting: { readonly index: number; readonly file: ManyFile }[] = [];
  let running = 0;
  let stopped = false;
  const advance = (): void => {
    while (running < interleaved) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (stopped) {
        send({ kind: 'left', index: next.index }, []);
        continue;
      }
      running++;
      void work(next.file).then((outcome) => {
        send({ kind: 'done', index: next.index, outcome }, []);
        running--;
        setImmediate(advance);
      });
    }
  };
  return (message) => {
    if (message.kind === 'key') return keys.receive(message);
    if (message.kind === 'stop') stopped = true;
    else waiting.push(...message.files);
    advance();
  };
}
