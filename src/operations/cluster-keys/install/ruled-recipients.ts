import path from 'node:path';
import { keyGroupsOf } from '../../../config/key-groups.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { keySources } from '../../../keys/registry.ts';
import { Configurations } from '../../../repository/configurations.ts';
import { recipientNames } from '../../../repository/recipient-names.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';

/** Names that a file with secrets has in most repositories. */
const usualNames = ['secret.yaml', 'secret.sops.yaml', 'secrets.yaml', 'secret.enc.yaml', 'sops.yaml'];

/** Recipients that the rules of `.sops.yaml` name for files in folders, of age and PGP; none where they cannot be read. */
export async function ruledRecipients(
  system: System,
  snapshot: Snapshot,
  folders: readonly string[],
): Promise<readonly string[]> {
  const configurations = new Configurations(system, snapshot, null);
  const found = new Set<string>();
  for (const folder of folders) {
    for (const name of usualNames) {
      const file = path.posix.join(folder === '.' ? '' : folder, name);
      for (const id of await idsFor(configurations, snapshot, file)) found.add(id);
    }
  }
  return [...found];
}

async function idsFor(
  configurations: Configurations,
  snapshot: Snapshot,
  file: string,
): Promise<readonly string[]> {
  try {
    const configuration = await configurations.nearest(file);
    const match = await configuration?.matcher.match(path.join(snapshot.root, file));
    if (match?.rule == null) return [];
    const keys = keyGroupsOf(match.rule, keySources).flat();
    return keys.filter(({ source }) => source === 'age' || source === 'pgp').map(({ id }) => id);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}

/** What comments of all `.sops.yaml` call recipients. */
export async function namesOfRecipients(
  system: System,
  snapshot: Snapshot,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const file of await new Configurations(system, snapshot, null).all()) {
    const bytes = await snapshot.readBehindLinks(file);
    for (const [id, name] of bytes === null ? [] : await recipientNames(bytes)) names.set(id, name);
  }
  return names;
}
