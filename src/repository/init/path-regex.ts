import path from 'node:path';
import type { Preset } from './init-options.ts';

/**
 * Returns the `path_regex` for the files of a folder below that of the configuration: manifests for Kubernetes, all files
 * otherwise; `null` where every file is meant. Paths are compared as sops does, with slashes.
 */
export function pathRegexFor(configFolder: string, folder: string, preset: Preset): string | null {
  const below = path.relative(configFolder, folder).split(path.sep).join('/');
  const prefix = below === '' ? '' : `^${escaped(below)}/`;
  if (preset === 'all') return prefix === '' ? null : prefix;
  return prefix === '' ? '\\.ya?ml$' : `${prefix}.*\\.ya?ml$`;
}

/** Characters that no text shows are written as RE2 escapes; a byte that is no UTF-8 is any one byte. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll(/(?<![\ud800-\udbff])[\udc80-\udcff]/g, '.')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (one) => `\\x{${one.charCodeAt(0).toString(16)}}`);
}
