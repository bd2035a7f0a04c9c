import { createHash } from 'node:crypto';
import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';

/**
 * What kustomize built, kept from run to run in the user's cache folder by a digest of all it read. Nothing that was
 * decrypted is ever in it. Whatever goes wrong with it, a build only takes longer.
 */
export class KeptBuilds {
  readonly #system: System;
  readonly #folder: string | null;
  #swept = false;

  constructor(system: System) {
    this.#system = system;
    this.#folder = cacheFolder(system);
  }

  get(key: string): string | null {
    const bytes = this.#quietly(({ files }, folder) => files.read(path.join(folder, key)));
    if (bytes == null) return null;
    const text = Buffer.from(bytes).toString('utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === checksum(body) ? body : null;
  }

  put(key: string, text: string): void {
    this.#quietly(({ files }, folder) => {
      files.makeFolder(folder, 0o700);
      this.#sweep(folder);
      // a process that reads it before it is whole finds that out by the checksum
      files.create(path.join(folder, key), Buffer.from(`${checksum(text)}\n${text}`, 'utf8'), 0o600);
    });
  }

  /** Removes the older half where there are too many. */
  #sweep(folder: string): void {
    if (this.#swept) return;
    this.#swept = true;
    const { files } = this.#system;
    const names = files.list(folder) ?? [];
    if (names.length <= most) return;
    const aged = names.map((name) => ({ name, at: files.status(path.join(folder, name))?.modifiedMs ?? 0 }));
    aged.sort((one, other) => one.at - other.at);
    for (const { name } of aged.slice(0, names.length - most / 2)) files.remove(path.join(folder, name));
  }

  #quietly<T>(act: (system: System, folder: string) => T): T | null {
    if (this.#folder === null) return null;
    try {
      return act(this.#system, this.#folder);
    } catch (error) {
      if (error instanceof SopskitError) return null;
      throw error;
    }
  }
}

/** As many builds as are kept. */
const most = 4000;

function cacheFolder({ env, files }: System): string | null {
  const base = env.get('XDG_CACHE_HOME');
  if (base !== undefined && path.isAbsolute(base)) return path.join(base, 'sopskit', 'builds');
  return files.home === null ? null : path.join(files.home, '.cache', 'sopskit', 'builds');
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
