import type { ToMain } from '../repository/many/messages.ts';
import type { Hand } from '../repository/many/worker-crew.ts';
import type { ManyRequest } from './operations/many/request.ts';

/** Starts a worker thread. It is a crew's to end. */
export function startHand(workerFile: string, request: ManyRequest): Hand {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(workerFile, { workerData: request });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let receive: (message: ToMain) => void = () => undefined;
  let broken: (reason: unknown) => void = () => undefined;
  worker.on('message', (message: ToMain) => receive(message));
  worker.on('error', (error) => broken(error));
  worker.on('exit', () => broken(new Error('a worker ended early')));
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    listen(onMessage, onBroken) {
      receive = onMessage;
      broken = onBroken;
    },
    async end() {
      worker.postMessage(null);
      await ended;
    },
  };
}
