import path from 'node:path';
import { findConfig, readConfig, requestedConfig } from '../config/find.ts';
import type { System } from '../system/system.ts';
import { type Configuration, loadConfiguration, readConfiguration } from './configuration.ts';
import type { Snapshot } from './snapshot.ts';

const configName = '.sops.yaml';

/**
 * The `.sops.yaml` files of a snapshot. Each file goes by the nearest one above it; sops takes the one nearest to the
 * current folder for all files, which in a repository with several makes the outcome depend on where one stands.
 * `--config` and `SOPS_CONFIG` win over all of them.
 */
export class Configurations {
  readonly #system: System;
  readonly #snapshot: Snapshot;
  readonly #flag: string | null;
  readonly #inFolder = new Map<string, Promise<Configuration | null>>();
  #requested: Promise<Configuration | null> | null = null;

  constructor(system: System, snapshot: Snapshot, flag: string | null) {
    this.#system = system;
    this.#snapshot = snapshot;
    this.#flag = flag;
  }

  /** Returns the configuration of a snapshot's file, or `null`. Throws `config.*` where it cannot be read. */
  async nearest(file: string): Promise<Configuration | null> {
    if (requestedConfig(this.#flag ?? undefined, this.#system.env) !== null) {
      this.#requested ??= loadConfiguration(this.#system, this.#flag);
      return this.#requested;
    }
    return this.#upwards(folderOf(file));
  }

  /** Paths of all configurations in the snapshot, in order. */
  async all(): Promise<readonly string[]> {
    const files = await this.#snapshot.list();
    return files.flatMap(({ path: file, kind }) =>
      kind !== 'submodule' && file.split('/').at(-1) === configName ? [file] : [],
    );
  }

  #upwards(folder: string): Promise<Configuration | null> {
    const known = this.#inFolder.get(folder);
    if (known !== undefined) return known;
    const loading = this.#load(folder);
    this.#inFolder.set(folder, loading);
    return loading;
  }

  async #load(folder: string): Promise<Configuration | null> {
    const file = folder === '' ? configName : `${folder}/${configName}`;
    const bytes = await this.#snapshot.readBehindLinks(file);
    if (bytes !== null) return readConfiguration(this.#system, this.#shown(file), bytes);
    return folder === '' ? this.#outside() : this.#upwards(folderOf(folder));
  }

  /** Above the snapshot's root there is only the disk. */
  async #outside(): Promise<Configuration | null> {
    const { files } = this.#system;
    const above = path.dirname(this.#snapshot.root);
    if (above === this.#snapshot.root) return null;
    const { path: found } = findConfig(files, above);
    if (found === null) return null;
    return readConfiguration(this.#system, path.relative(files.cwd, found), readConfig(files, found));
  }

  /** The file as errors name it: from the current folder, as sops does. */
  #shown(file: string): string {
    return path.relative(this.#system.files.cwd, path.join(this.#snapshot.root, file));
  }
}

function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/');
}
