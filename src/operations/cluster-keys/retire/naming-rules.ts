import path from 'node:path';
import { keyGroupsOf } from '../../../config/key-groups.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { keySources } from '../../../keys/registry.ts';
import { type Configuration, readConfiguration } from '../../../repository/configuration.ts';
import { Configurations } from '../../../repository/configurations.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import type { System } from '../../../system/system.ts';
import type { Holds } from '../key-secret.ts';
import type { NamingRule } from './verdict.ts';

/** What decrypts in a cluster once the old identity is gone. */
export interface RuleReader {
  /** Whether it reads a file. */
  reads(file: string): boolean;
  readonly holds: Holds;
  /** The recipients of its keys. */
  readonly recipients: readonly string[];
}

interface Naming {
  readonly index: number;
  /** Whether keys open what is encrypted by the rule. */
  opens(holds: Holds): boolean;
}

/**
 * Finds the rules of a state that name a recipient: new files would be encrypted for it. A rule is for files elsewhere where
 * it matches files, and none that a reader reads; one that matches none may be for any. What cannot be read counts where the
 * recipient stands in it.
 */
export async function namingRules(
  system: System,
  snapshot: Snapshot,
  recipient: string,
  where: string,
  readers: readonly RuleReader[],
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
      const matched =
        read === null || rule === null ? [] : await matchedBy(read, rule.index, snapshot.root, below);
      const line = read?.config.creationRules?.find(({ index }) => index === rule?.index)?.place.line ?? null;
      found.push({ file, line, where, ...effectOf(rule, matched, readers) });
    }
  }
  return found;
}

function effectOf(
  rule: Naming | null,
  matched: readonly string[],
  readers: readonly RuleReader[],
): Pick<NamingRule, 'effect' | 'instead'> {
  const concerned = readers.filter(({ reads }) => matched.length === 0 || matched.some(reads));
  const closed = concerned.filter(({ holds }) => rule === null || !rule.opens(holds));
  const effect = concerned.length === 0 ? 'elsewhere' : closed.length === 0 ? 'opens' : 'blocks';
  return { effect, instead: [...new Set(closed.flatMap(({ recipients }) => recipients))] };
}

function rulesNaming({ config }: Configuration, recipient: string): Naming[] {
  return (config.creationRules ?? []).flatMap((rule) => {
    try {
      const keyGroups = keyGroupsOf(rule, keySources);
      const names = keyGroups
        .flat()
        .some(({ source, id }) => source === 'age' && comparableRecipient(id.trim()) === recipient);
      const { index, shamirThreshold } = rule;
      return names ? [{ index, opens: (holds) => opensWith({ keyGroups, shamirThreshold }, holds) }] : [];
    } catch (error) {
      if (error instanceof SopskitError) return [{ index: rule.index, opens: () => false }];
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
