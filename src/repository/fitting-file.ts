import path from 'node:path';
import type { CreationRule } from '../config/config.ts';
import type { RuleMatcher } from '../config/match.ts';

/**
 * Returns a file, absolute, that a rule takes and that has one of the names, or `null` where none is found: in `folder`,
 * or in a folder that a `path_regex` such as `^secrets/.*` begins with. `accepts` says which rules are meant.
 */
export async function fittingFile(
  matcher: RuleMatcher,
  places: { readonly folder: string; readonly configFolder: string; readonly names: readonly string[] },
  rules: readonly CreationRule[],
  accepts: (rule: CreationRule) => boolean,
): Promise<string | null> {
  const { folder, configFolder, names } = places;
  const inner = rules.map(({ pathRegex }) => folderIn(pathRegex)).filter((one) => one !== null);
  const folders = [folder, configFolder, ...inner.map((one) => path.join(configFolder, one))];
  for (const one of new Set(folders)) {
    for (const name of names) {
      const { rule } = await matcher.match(path.join(one, name));
      if (rule !== null && accepts(rule)) return path.join(one, name);
    }
  }
  return null;
}

/** The folder that an expression begins with, in plain letters. */
function folderIn(pathRegex: string): string | null {
  const start = /^\^?((?:(?:[\w-]|\\\.)+\/)+)/.exec(pathRegex)?.[1];
  return start === undefined ? null : start.replaceAll('\\.', '.');
}
