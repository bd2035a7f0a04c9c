import fs from 'node:fs';
import os from 'node:os';

/**
 * Names of our temporary files and folders: `sopskit-<place>-<pid>-<random>`. Place is the host and, on Linux, the
 * process namespace, so that a pid of another container or machine is not mistaken for one that ended here.
 */
export interface OwnedName {
  readonly place: string;
  readonly pid: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Returns a name nobody else uses; the caller creates it exclusively, so a collision would only be an error. */
export function makeOwnedName(): string {
  return `sopskit-${placeTag()}-${process.pid}-${randomTag()}`;
}

/** Reads a name that `makeOwnedName` made (optionally with more characters behind it), or returns `null`. */
export function readOwnedName(name: string): OwnedName | null {
  const match = /^sopskit-([0-9a-f]{8})-([1-9][0-9]{0,9})-[0-9a-z]{8}[0-9a-zA-Z]{0,6}$/.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { place: match[1], pid: Number(match[2]) };
}

/**
 * Whether the process that made a file has ended. From another place that cannot be known: there a file counts as left
 * behind once it is a day old. Under our own pid (containers reuse pids), it is what was there before we started.
 */
export function isLeftBehind(name: OwnedName, modifiedMs: number): boolean {
  if (name.pid === process.pid) return modifiedMs < Date.now() - process.uptime() * 1000 - 2000;
  if (isAlive(name.pid)) return false;
  return name.place === placeTag() || modifiedMs < Date.now() - dayMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function placeTag(): string {
  let namespace = '';
  try {
    namespace = fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    // not Linux, or no /proc: the host's name alone has to do
  }
  return fnv1a(`${os.hostname()} ${namespace}`);
}

/** FNV-1a, 32 bits: enough to tell places apart, and it does not load the crypto module. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function randomTag(): string {
  return Math.floor(Math.random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0');
}
