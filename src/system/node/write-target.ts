import fs from 'node:fs';
import path from 'node:path';
import { pathName, pathText } from '../path-text.ts';

/** Where a write goes: a regular file to replace, or something that is written to as it is. */
export type WriteTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'direct'; readonly path: string; readonly descriptor: number | null };

/**
 * Follows symlinks to what `file` really names, which need not exist yet. `/dev/stdout` and its like are streams even
 * where the shell connected them to a file; FIFOs and devices are written directly, too. Windows has its devices in
 * every folder: `NUL`, `CON`.
 */
export function writeTarget(file: string, platform: NodeJS.Platform = process.platform): WriteTarget {
  const device = platform === 'win32' ? windowsDevice(file) : null;
  if (device !== null) return { kind: 'direct', path: device, descriptor: null };
  let current = path.resolve(file);
  for (let hops = 0; hops < 40; hops++) {
    if (isStream(current)) return { kind: 'direct', path: current, descriptor: descriptorOf(current) };
    const status = fs.lstatSync(pathName(current), { throwIfNoEntry: false });
    if (status?.isSymbolicLink() !== true) return settle(current, status);
    const folder = fs.realpathSync.native(pathName(path.dirname(current)), { encoding: 'buffer' });
    const link = fs.readlinkSync(pathName(current), { encoding: 'buffer' });
    current = path.resolve(pathText(folder), pathText(link));
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
}

function settle(file: string, status: fs.Stats | undefined): WriteTarget {
  if (status === undefined || status.isFile()) return { kind: 'file', path: file };
  if (status.isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' });
  return { kind: 'direct', path: file, descriptor: null };
}

function windowsDevice(file: string): string | null {
  if (/^[\\/]{2}\.[\\/]/.test(file)) return file;
  const name = path.win32.basename(file).replace(/:$/, '');
  const known = /^(?:con|conin\$|conout\$|nul|prn|aux|com[1-9]|lpt[1-9])$/i;
  return known.test(name) ? `\\\\.\\${name}` : null;
}

function isStream(file: string): boolean {
  return /^\/(?:dev\/(?:stdin|stdout|stderr|fd\/\d+)|proc\/[^/]+\/fd\/\d+)$/.test(file);
}

/** Standard output and error are written through the descriptor we have: opening them again would truncate a `>>`. */
function descriptorOf(file: string): number | null {
  if (/^\/(?:dev\/stdout|dev\/fd\/1|proc\/self\/fd\/1)$/.test(file)) return 1;
  if (/^\/(?:dev\/stderr|dev\/fd\/2|proc\/self\/fd\/2)$/.test(file)) return 2;
  return null;
}
