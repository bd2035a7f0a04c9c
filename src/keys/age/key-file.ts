import { dirname, win32 } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import { defaultKeyFiles } from './sources/default-key-files.ts';

const fileMode = 0o600;
const folderMode = 0o700;
const newline = 0x0a;

/** Where an identity was put. */
export interface SavedIdentity {
  readonly path: string;
  /** Whether the file was there before: the identity stands at its end. */
  readonly appended: boolean;
  /** Whether others of this machine may read the file, by its permission bits. */
  readonly open: boolean;
}

/**
 * Puts an identity where sops and sopskit look for it. A key file that is there keeps all it has. Throws
 * `identity.missing` where the place is unknown, `identity.invalid` for a file that nothing can be added to, `file.*`.
 */
export function saveInDefaultFile(system: System, identity: Secret): SavedIdentity {
  const path = defaultFile(system);
  makeFolderOf(system, path);
  if (create(system, path, identity)) return saved(system, path, identity, false);
  addTo(system, path, identity);
  return saved(system, path, identity, true);
}

/**
 * Tells before anything is made whether it could be saved in a file of its own (absolute), or in the default key file
 * (`null`). Throws as the two that save.
 */
export function requireSavable(system: System, path: string | null): void {
  if (path !== null) {
    if (system.files.kindOf(path) !== null) throw isTaken(path);
    return;
  }
  const file = defaultFile(system);
  if (system.files.kindOf(file) === null) return;
  const before = system.files.read(file);
  if (before === null) throw danglingLink(file);
  try {
    requireAppendable(file, before);
  } finally {
    before.fill(0);
  }
}

/** Writes an identity into a file of its own. Throws `file.unwritable` where there is one, which is not touched. */
export function saveInNewFile(system: System, path: string, identity: Secret): SavedIdentity {
  if (system.files.kindOf(path) !== null) throw isTaken(path);
  makeFolderOf(system, path);
  if (!create(system, path, identity)) throw isTaken(path);
  return saved(system, path, identity, false);
}

function defaultFile(system: System): string {
  const { paths, problem } = defaultKeyFiles(system);
  const [path] = paths;
  if (path !== undefined) return path;
  throw new SopskitError('identity.missing', `the default key file has no place: ${problem}`, {
    hint: 'Name a file with --output, and set SOPS_AGE_KEY_FILE to its path.',
  });
}

function create(system: System, path: string, identity: Secret): boolean {
  return identity.lend((bytes) => system.files.create(path, bytes, fileMode));
}

/** Adds in one write: a run that adds at the same time loses nothing by it. */
function addTo(system: System, path: string, identity: Secret): void {
  const before = system.files.read(path);
  if (before === null) throw danglingLink(path);
  try {
    requireAppendable(path, before);
    const added = identity.lend((bytes) => behind(before, bytes));
    try {
      system.files.append(path, added);
    } finally {
      added.fill(0);
    }
  } finally {
    before.fill(0);
  }
}

/** A recipient is told only when its identity is in the file. Throws `file.unwritable` where it is not. */
function saved(system: System, path: string, identity: Secret, appended: boolean): SavedIdentity {
  const after = Buffer.from(system.files.read(path) ?? []);
  const isThere = identity.lend((bytes) =>
    after.includes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  );
  after.fill(0);
  if (isThere) return { path, appended, open: isOpen(system, path) };
  throw new SopskitError('file.unwritable', 'the identity was written, and something else has removed it', {
    place: { file: path },
    hint: 'Run it again when nothing else writes to that file.',
  });
}

function makeFolderOf(system: System, path: string): void {
  const folder = system.platform === 'win32' ? win32.dirname(path) : dirname(path);
  if (system.files.status(folder) === null) system.files.makeFolder(folder, folderMode);
}

function isTaken(path: string): SopskitError {
  return new SopskitError('file.unwritable', 'there is such a file already, and it is left as it is', {
    place: { file: path },
    hint: 'Give another name. A key that is overwritten is lost, and with it all that only it opens.',
  });
}

function danglingLink(path: string): SopskitError {
  return new SopskitError('file.unwritable', 'the key file is a symbolic link that leads nowhere', {
    place: { file: path },
    hint: 'Remove the link, or make the file that it names.',
  });
}

/** Whether the permission bits let others read a file. Windows has no such bits. */
export function isOpen(system: System, path: string): boolean {
  if (system.platform === 'win32') return false;
  return ((system.files.status(path)?.mode ?? 0) & 0o077) !== 0;
}

function requireAppendable(path: string, bytes: Uint8Array): void {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString('latin1');
  const why = /^(-----BEGIN AGE|age-encryption)/.test(start)
    ? 'it is protected with a passphrase'
    : /^\s*-----BEGIN/.test(start)
      ? 'it is no age key file'
      : /^(\xff\xfe|\xfe\xff)/.test(start)
        ? 'it is UTF-16'
        : null;
  if (why === null) return;
  throw new SopskitError('identity.invalid', `nothing can be added to the key file: ${why}`, {
    place: { file: path },
    hint: 'Name another file with --output, and set SOPS_AGE_KEY_FILE to its path.',
  });
}

function behind(before: Uint8Array, added: Uint8Array): Uint8Array {
  const gap = before.length === 0 || before.at(-1) === newline ? [] : [newline];
  return Buffer.concat([Uint8Array.from(gap), added]);
}
