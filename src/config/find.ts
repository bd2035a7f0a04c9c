import path from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Environment } from '../system/environment.ts';
import type { Files } from '../system/files.ts';

const CONFIG_NAME = '.sops.yaml';
const WRONG_NAME = '.sops.yml';
const MAX_LEVELS = 100;

/** Where the configuration was looked for. */
export interface ConfigSearch {
  /** Path of the file, relative to where the search started from; `null` for none. */
  readonly path: string | null;
  /** What to tell the user: a `.sops.yml` was passed over. */
  readonly warning: string | null;
}

/** Returns the configuration file that was asked for, or `null`: `--config` before `SOPS_CONFIG`; empty is none. */
export function requestedConfig(flag: string | undefined, env: Environment): string | null {
  const requested = flag ?? env.get('SOPS_CONFIG') ?? '';
  return requested === '' ? null : requested;
}

/**
 * Looks for `.sops.yaml` in a folder and in those above it, as sops does (config.go, LookupConfigFile). sops starts in
 * the current folder, wherever the file to encrypt is; that is the default.
 *
 * Folders above are reached through `..`, so that below a symbolic link the search goes where the link leads.
 */
export function findConfig(files: Files, from = '.'): ConfigSearch {
  let passedOver: string | null = null;
  let below: string | null = null;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const folder = path.join(from, '../'.repeat(level));
    const id = folderId(files, folder);
    if (id !== null && id === below) break; // the root is its own parent
    below = id;
    const found = path.join(folder, CONFIG_NAME);
    if (exists(files, found))
      return { path: found, warning: passedOver && `${warningFor(passedOver)}; using ${found} instead` };
    const wrong = path.join(folder, WRONG_NAME);
    if (passedOver === null && exists(files, wrong)) passedOver = wrong;
  }
  return { path: null, warning: passedOver && warningFor(passedOver) };
}

/**
 * Returns the bytes of the configuration. Throws `config.missing` where there is no such file, `config.invalid` where it
 * cannot be read: 1 for both, as in sops.
 */
export function readConfig(files: Files, file: string): Uint8Array {
  const bytes = readOrRefuse(files, file);
  if (bytes !== null) return bytes;
  throw new SopskitError('config.missing', `there is no configuration file ${file}`, {
    place: { file },
    hint: 'Check --config and SOPS_CONFIG; without them sopskit looks for .sops.yaml from the current folder upwards.',
  });
}

/** Absolute folder of a configuration file: what `path_regex` is relative to. */
export function configFolder(files: Files, file: string): string {
  return path.resolve(files.cwd, path.dirname(file));
}

function readOrRefuse(files: Files, file: string): Uint8Array | null {
  try {
    return files.read(file);
  } catch (cause) {
    const reason = cause instanceof SopskitError ? cause.message : `cannot read ${file}`;
    throw new SopskitError('config.invalid', `the configuration cannot be read: ${reason}`, {
      place: { file },
      cause,
    });
  }
}

function folderId(files: Files, folder: string): string | null {
  try {
    return files.status(folder)?.id ?? null;
  } catch {
    return null;
  }
}

/** A folder that may not be looked into holds no configuration, as for sops. */
function exists(files: Files, file: string): boolean {
  try {
    return files.status(file) !== null;
  } catch {
    return false;
  }
}

function warningFor(file: string): string {
  return `ignoring ${file} when searching for the configuration; the file must be called ${CONFIG_NAME}`;
}
