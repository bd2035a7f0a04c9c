import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/** Set by the build: what the compiled code of one bundle is filed under. */
declare const BUILD_ID: string;

/** What the build wraps the bundle into. */
type Wrapper = (exports: unknown, load: (id: string) => unknown, module: { exports: unknown }) => void;

/** Bundles that have been run. */
export interface LoadedBundle {
  readonly exports: unknown;
  /** Keeps the code that ran by now compiled for the next run, where that is not done yet. Never fails. */
  keep(): void;
}

/**
 * Runs a bundle, and those that it asks for by `require('sopskit:NAME')`, with V8's compiled code from an earlier run of
 * the same `purpose`. The code lies in `$XDG_CACHE_HOME/sopskit` (`~/.cache/sopskit`), in a folder that is only the
 * user's; it is used for exactly this build and this Node. `SOPSKIT_CODE_CACHE=0`, a folder that others can write to, or
 * no home switch it off. Nothing of a command's data is in it.
 */
export function loadBundle(bundleFile: string, purpose: string): LoadedBundle {
  const loaded = new Map<string, { readonly exports: unknown; keep(): void }>();
  const loadNamed = (name: string): unknown => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const file = path.join(path.dirname(bundleFile), `${name}.cjs`);
    const bundle = runBundle(file, `${purpose}-${name}`, load);
    loaded.set(name, bundle);
    return bundle.exports;
  };
  const load = (id: string): unknown =>
    id.startsWith(prefix) ? loadNamed(id.slice(prefix.length)) : require(id);
  const exports = loadNamed(path.basename(bundleFile, '.cjs'));
  return { exports, keep: () => loaded.forEach((bundle) => void bundle.keep()) };
}

const prefix = 'sopskit:';

function runBundle(file: string, purpose: string, load: (id: string) => unknown): LoadedBundle {
  const cacheFile = cachePath(purpose);
  const kept = cacheFile === null ? undefined : readOwn(cacheFile);
  const source = fs.readFileSync(file, 'latin1'); // the bundle is ASCII
  const script = new vm.Script(source, { filename: file, cachedData: kept?.code });
  const bundle = { exports: {} as { readonly used?: ReadonlySet<string> } };
  (script.runInThisContext() as Wrapper)(bundle.exports, load, bundle);
  return {
    exports: bundle.exports,
    keep() {
      if (cacheFile === null) return;
      const modules = new Set(script.cachedDataRejected === true ? [] : kept?.modules);
      const used = [...(bundle.exports.used ?? [])];
      if (kept !== undefined && script.cachedDataRejected !== true && used.every((name) => modules.has(name)))
        return;
      write(cacheFile, [...new Set([...modules, ...used])], script.createCachedData());
    },
  };
}

function cachePath(purpose: string): string | null {
  const { HOME, XDG_CACHE_HOME, SOPSKIT_CODE_CACHE } = process.env;
  if (SOPSKIT_CODE_CACHE === '0' || process.getuid === undefined) return null;
  const base = XDG_CACHE_HOME || (HOME ? path.join(HOME, '.cache') : '');
  if (!path.isAbsolute(base)) return null;
  return path.join(base, 'sopskit', `${BUILD_ID}-${process.version}-${process.arch}-${purpose}.bin`);
}

/** Compiled code, and the modules whose code it has: a run that uses others keeps theirs as well. */
interface KeptCode {
  readonly modules: readonly string[];
  readonly code: Buffer;
}

/**
 * Returns the compiled code of a file that, with its folder, is the user's alone. V8 looks at the header only and runs
 * what follows, so damaged code would crash every start: a digest in front of it tells. It keeps out accidents, not
 * whoever can write here.
 */
function readOwn(file: string): KeptCode | undefined {
  try {
    if (!isOwn(path.dirname(file)) || !isOwn(file)) return undefined;
    const bytes = fs.readFileSync(file);
    const content = bytes.subarray(digestLength);
    if (!digestOf(content).equals(bytes.subarray(0, digestLength))) return undefined;
    const end = content.indexOf('\n');
    return { modules: content.toString('latin1', 0, end).split(' '), code: content.subarray(end + 1) };
  } catch {
    return undefined;
  }
}

const digestLength = 32;

function digestOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

function isOwn(file: string): boolean {
  const { uid, mode } = fs.lstatSync(file);
  return uid === process.getuid?.() && (mode & 0o077) === 0;
}

/** Best effort: a full or read-only disk costs the speed and nothing else. */
function write(file: string, modules: readonly string[], code: Buffer): void {
  const temporary = `${file}.${process.pid}-${process.hrtime.bigint()}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (!isOwn(path.dirname(file))) return;
    sweepOldBuilds(path.dirname(file));
    const content = Buffer.concat([Buffer.from(`${modules.join(' ')}\n`), code]);
    writeThrough(temporary, Buffer.concat([digestOf(content), content]));
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
    if (/\.bin(\.[\d-]+)?$/.test(name) && !name.startsWith(`${BUILD_ID}-`))
      fs.rmSync(path.join(folder, name), { force: true });
  }
}
