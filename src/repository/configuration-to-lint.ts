import path from 'node:path';
import { findConfig, requestedConfig } from '../config/find.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Files } from '../system/files.ts';
import type { System } from '../system/system.ts';

/**
 * Returns the configuration that is meant: the named file, or the one in a named folder; `--config`, `SOPS_CONFIG`; the
 * nearest `.sops.yaml`; a `.sops.yml`, for want of a better one. Throws `config.missing`.
 */
export function configurationToLint(system: System, named: string | null, flag: string | null): string {
  const { files } = system;
  const asked = named ?? requestedConfig(flag ?? undefined, system.env);
  if (asked !== null) return files.status(asked)?.kind === 'directory' ? inFolder(files, asked) : asked;
  const found = findConfig(files).path ?? misnamed(files);
  if (found !== null) return found;
  throw new SopskitError('config.missing', 'there is no .sops.yaml here or in a folder above', {
    hint: 'Name the file, or make one: sopskit init.',
  });
}

function inFolder(files: Files, folder: string): string {
  const [right, wrong] = ['.sops.yaml', '.sops.yml'].map((name) => path.join(folder, name));
  if (right === undefined || wrong === undefined) return folder;
  return files.status(right) === null && files.status(wrong) !== null ? wrong : right;
}

function misnamed(files: Files): string | null {
  let folder = files.cwd;
  for (;;) {
    const file = path.join(folder, '.sops.yml');
    if (files.status(file)?.kind === 'file') return path.relative(files.cwd, file);
    const above = path.dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
}
