import { keySources } from '../keys/registry.ts';
import type { Send, ToMain, ToWorker } from '../repository/many/messages.ts';
import { RemoteKeys } from '../repository/many/remote-keys.ts';
import { serveFiles } from '../repository/many/worker-side.ts';
import { nodeSystem } from '../system/node/node-system.ts';
import { createFileWork } from './operations/many/file-work.ts';
import type { ManyRequest } from './operations/many/request.ts';

/** A worker thread's life: files in, outcomes out, keys from the main thread. Resolves when there is no more work. */
export function serveThread(): Promise<void> {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  if (parentPort === null) return Promise.resolve();
  const port = parentPort;
  const system = nodeSystem();
  const send: Send<ToMain> = (message, transfer) => port.postMessage(message, transfer);
  const keys = new RemoteKeys(send);
  const work = createFileWork(system, keys.sources(system, keySources), workerData as ManyRequest);
  const receive = serveFiles(work, keys, send);
  return new Promise((resolve) => {
    port.on('message', (message: ToWorker | null) => {
      if (message !== null) return receive(message);
      system.files.flush?.();
      port.close();
      resolve();
    });
  });
}
