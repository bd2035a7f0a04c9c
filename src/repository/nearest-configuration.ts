import path from 'node:path';
import { findConfig, readConfig, requestedConfig } from '../config/find.ts';
import type { System } from '../system/system.ts';
import { type Configuration, readConfiguration } from './configuration.ts';

/** A configuration, and where it lies. */
export interface PlacedConfiguration extends Configuration {
  /** Absolute. */
  readonly file: string;
}

/**
 * Loads the configuration for a file that is yet to be written: `--config`, `SOPS_CONFIG`, or the nearest `.sops.yaml`
 * above the file itself, wherever the current folder is; `null` where there is none. `file` is absolute, and its folder
 * need not exist. Throws `config.*`.
 */
export async function nearestConfiguration(
  system: System,
  flag: string | null,
  file: string,
): Promise<PlacedConfiguration | null> {
  const { files } = system;
  const requested = requestedConfig(flag ?? undefined, system.env);
  const found = requested ?? nearest(system, path.dirname(file));
  if (found === null) return null;
  // errors name it from the current folder, as those of sops do
  const shown = requested ?? path.relative(files.cwd, found);
  const { config, matcher } = await readConfiguration(system, shown, readConfig(files, found));
  return { config, matcher, file: path.resolve(files.cwd, found) };
}

function nearest(system: System, folder: string): string | null {
  const found = findConfig(system.files, folder);
  if (found.warning !== null) system.warn(found.warning);
  return found.path;
}
