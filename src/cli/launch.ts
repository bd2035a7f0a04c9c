import path from 'node:path';
import { loadBundle } from './code-cache.ts';

/** Commands whose start-up matters: each keeps the code it ran compiled. */
const quickCommands = ['-d', 'check', 'decrypt', 'edit', 'encrypt', 'exec-env', 'exec-file', 'set'];

type Bundle = { runHere(workerFile: string): Promise<number> };

/** Runs the command line with compiled code from the last run, which halves what sopskit adds to the start of Node. */
export async function launch(bundleFile: string): Promise<number> {
  refuseInspector();
  const word = process.argv[2] ?? '';
  const bundle = loadBundle(bundleFile, quickCommands.includes(word) ? word : 'other');
  const workerFile = path.join(path.dirname(bundleFile), 'launch-worker.cjs');
  const status = await (bundle.exports as Bundle).runHere(workerFile);
  bundle.keep();
  return status;
}

/**
 * At SIGUSR1 Node would let any process of this machine debug this one, secrets and all, over a port. A listener, for as
 * long as the process lives, takes that from it. `node --inspect` still works: that is the user's own wish.
 */
function refuseInspector(): void {
  process.on('SIGUSR1', () => undefined);
}
