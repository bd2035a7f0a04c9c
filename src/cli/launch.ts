import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/** Set by the build: what the compiled code of one bundle is filed under. */
declare const BUILD_ID: string;

/** Commands whose start-up matters: each keeps the code it ran compiled. */
const quickCommands = ['-d', 'decrypt', 'edit', 'encrypt', 'exec-env', 'exec-file', 'set'];

type Bundle = { runHere(): Promise<number> };
/** What the build wraps the bundle into. */
type Wrapper = (exports: unknown, load: NodeJS.Require, module: { exports: unknown }) => void;

/**
 * Runs the command line with V8's compiled code from the last run, which halves what sopskit adds to the start of
 * Node. The code lies in `$XDG_CACHE_HOME/sopskit` (`~/.cache/sopskit`), in a folder that is only the user's; it is used
 * for exactly this build and this Node. `SOPSKIT_CODE_CACHE=0`, a folder that others can write to, or no home switch it
 * off. Nothing of a command's data is in it.
 */
export async function launch(bundleFile: string): Promise<number> {
  refuseInspector();
  const cacheFile = cachePath();
  const cachedData = cacheFile === null ? undefined : readOwn(cacheFile);
  const source = fs.readFileSync(bundleFile, 'latin1'); // the bundle is ASCII
  const script = new vm.Script(source, { filename: bundleFile, cachedData });
  const bundle = { exports: {} };
  (script.runInThisContext() as Wrapper)(bundle.exports, require, bundle);
  const status = await (bundle.exports as Bundle).runHere();
  if (cacheFile !== null && (cachedData === undefined || script.cachedDataRejected === true)) {
    write(cacheFile, script.createCachedData());
  }
  return status;
}

/**
 * At SIGUSR1 Node would let any process of this machine debug this one, secrets and all, over a port. A listener, for as
 * long as the process lives, takes that from it. `node --inspect` still works: that is the user's own wish.
 */
function refuseInspector(): void {
  process.on('SIGUSR1', () => undefined);
}

function cachePath(): string | null {
  const { HOME, XDG_CACHE_HOME, SOPSKIT_CODE_CACHE } = process.env;
  if (SOPSKIT_CODE_CACHE === '0' || process.getuid === undefined) return null;
  const base = XDG_CACHE_HOME || (HOME ? path.join(HOME, '.cache') : '');
  if (!path.isAbsolute(base)) return null;
  const word = process.argv[2] ?? '';
  const command = quickCommands.includes(word) ? word : 'other';
  return path.join(base, 'sopskit', `${BUILD_ID}-${process.version}-${process.arch}-${command}.bin`);
}

/**
 * Returns the compiled code of a file that, with its folder, is the user's alone. V8 looks at the header only and runs
 * what follows, so damaged code would crash every start: a digest in front of it tells. It keeps out accidents, not
 * whoever can write here.
 */
function readOwn(file: string): Buffer | undefined {
  try {
    if (!isOwn(path.dirname(file)) || !isOwn(file)) return undefined;
    const bytes = fs.readFileSync(file);
    const code = bytes.subarray(digestLength);
    return digestOf(code).equals(bytes.subarray(0, digestLength)) ? code : undefined;
  } catch {
    return undefined;
  }
}

const digestLength = 32;

function digestOf(code: Buffer): Buffer {
  return createHash('sha256').update(code).digest();
}

function isOwn(file: string): boolean {
  const { uid, mode } = fs.lstatSync(file);
  return uid === process.getuid?.() && (mode & 0o077) === 0;
}

/** Best effort: a full or read-only disk costs the speed and nothing else. */
function write(file: string, code: Buffer): void {
  const temporary = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (!isOwn(path.dirname(file))) return;
    sweepOldBuilds(path.dirname(file));
    writeThrough(temporary, Buffer.concat([digestOf(code), code]));
    fs.renameSync(temporary, file);
  } catch {
    discard(temporary);
  }
}

/** A new file, all of it on the disk. */
function writeThrough(file: string, bytes: Buffer): void {
  const descriptor = fs.openSync(file, 'wx', 0o600);
  try {
    fs.writeFileSync(descriptor, bytes);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** After `exec-env --user` the folder may not even be visible any more. */
function discard(temporary: string): void {
  try {
    fs.rmSync(temporary, { force: true });
  } catch {
    // nothing was written then
  }
}

function sweepOldBuilds(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (/\.bin(\.\d+)?$/.test(name) && !name.startsWith(`${BUILD_ID}-`))
      fs.rmSync(path.join(folder, name), { force: true });
  }
}
