import path from 'node:path';
import { keyGroupsOf } from '../../../config/key-groups.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { keySources } from '../../../keys/registry.ts';
import { type Configuration, readConfiguration } from '../../../repository/configuration.ts';
import { Configurations } from '../../../repository/configurations.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import type { NamingRule } from './verdict.ts';

/**
 * Finds the rules of a state that name a recipient and are for files of these clusters: new files would be encrypted for it.
 * A rule is another cluster's where it matches files, and none that `ours` says are read here. What cannot be read counts
 * where the recipient stands in it.
 */
export async function namingRules(
  system: System,
  snapshot: Snapshot,
  recipient: string,
  where: string,
  ours: (file: string) => boolean,
): Promise<readonly NamingRule[]> {
  const configurations = new Configurations(system, snapshot, null);
  const files = (await snapshot.list()).flatMap(({ path: file, kind }) => (kind === 'file' ? [file] : []));
  const found: NamingRule[] = [];
  for (const file of await configurations.all()) {
    const bytes = await snapshot.readBehindLinks(file);
    if (bytes === null || !Buffer.from(bytes).includes(recipient)) continue;
    const read = await readOrNull(system, path.join(snapshot.root, file), bytes);
    const naming = read === null ? [null] : rulesNaming(read, recipient);
    const folder = file.split('/').slice(0, -1).join('/');
    const below = files.filter((one) => folder === '' || one.startsWith(`${folder}/`));
    for (const rule of naming) {
      const matched = read === null || rule === null ? [] : await matchedBy(read, rule, snapshot.root, below);
      if (matched.length > 0 && !matched.some(ours)) continue;
      const line = read?.config.creationRules?.find(({ index }) => index === rule)?.place.line ?? null;
      found.push({ file, line, where });
    }
  }
  return found;
}

function rulesNaming({ config }: Configuration, recipient: string): (number | null)[] {
  return (config.creationRules ?? []).flatMap((rule) => {
    try {
      const keys = keyGroupsOf(rule, keySources).flat();
      const names = keys.some(
        ({ source, id }) => source === 'age' && comparableRecipient(id.trim()) === recipient,
      );
      return names ? [rule.index] : [];
    } catch (error) {
      if (error instanceof SopskitError) return [rule.index];
      throw error;
    }
  });
}

async function matchedBy(
  { matcher }: Configuration,
  index: number,
  root: string,
  files: readonly string[],
): Promise<string[]> {
  const matched: string[] = [];
  for (const file of files) {
    try {
      if ((await matcher.match(path.join(root, file))).rule?.index === index) matched.push(file);
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      return [];
    }
  }
  return matched;
}

async function readOrNull(system: System, file: string, bytes: Uint8Array): Promise<Configuration | null> {
  try {
    return await readConfiguration(system, file, bytes);
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
