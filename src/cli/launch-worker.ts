import path from 'node:path';
import { loadBundle } from './code-cache.ts';

type Bundle = { workHere(): Promise<void> };

// The entry of a worker thread: started for work on many files, and for nothing else.
const bundle = loadBundle(path.join(__dirname, 'cli.cjs'), 'worker');
(bundle.exports as Bundle).workHere().then(() => bundle.keep());
