import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';

/** What sops writes into every block, whatever the keys. */
const marks = new Set(['mac', 'lastmodified', 'version']);
const keyFields = new Set(['age', 'pgp', 'kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'hckms', 'key_groups']);

/**
 * Whether a mapping called `sops` is metadata, damaged perhaps. Others use the name too: values of a chart, a plugin's
 * settings.
 */
export function isMetadata(block: Mapping): boolean {
  const names = entriesOf(block).map(({ key }) => String(key).toLowerCase());
  const score = names.filter((name) => marks.has(name) || name.startsWith('encrypted_')).length;
  return score >= 2 || (score === 1 && names.some((name) => keyFields.has(name)));
}
