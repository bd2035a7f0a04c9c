import path from 'node:path';
import { findConfig, requestedConfig } from '../../config/find.ts';
import type { System } from '../../system/system.ts';
import type { ChosenConfiguration } from './explanation.ts';

/**
 * Chooses the configuration of a file: the one that was asked for, else the nearest above the file. `null` where there
 * is none; then sops has none above the current folder either, or `sopsTakes` says so.
 */
export function chooseConfiguration(
  system: System,
  file: string,
  flag: string | null,
): ChosenConfiguration | null {
  const { files, env } = system;
  const asked = requestedConfig(flag ?? undefined, env);
  if (asked !== null) {
    const why = env.get('SOPS_CONFIG') === asked ? 'SOPS_CONFIG' : 'flag';
    return { file: asked, why, sopsTakes: null };
  }
  const folder = path.dirname(path.resolve(files.cwd, file));
  const near = findConfig(files, path.relative(files.cwd, folder) || '.').path;
  const here = findConfig(files).path;
  if (near === null) return null;
  const isSame = here !== null && sameFile(system, near, here);
  return { file: near, why: 'nearest', sopsTakes: isSame ? null : { file: here } };
}

function sameFile({ files }: System, one: string, other: string): boolean {
  const [first, second] = [files.status(one)?.id ?? null, files.status(other)?.id ?? null];
  if (first !== null && second !== null) return first === second;
  return path.resolve(files.cwd, one) === path.resolve(files.cwd, other);
}
