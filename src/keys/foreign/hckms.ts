import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import { textField } from '../fields.ts';
import type { KeySource } from '../key-source.ts';
import { fieldsOf, foreignSource, invalidKey } from './foreign-source.ts';

const title = 'HuaweiCloud KMS';

/** HuaweiCloud KMS keys: `REGION:UUID` (hckms/keysource.go of sops). */
export const hckmsSource: KeySource = foreignSource({
  name: 'hckms',
  title,
  flag: {
    name: 'hckms',
    env: 'SOPS_HUAWEICLOUD_KMS_IDS',
    help: 'comma separated list of HuaweiCloud KMS key IDs (format: region:key-uuid)',
  },
  ruleField: 'hckms',
  groupField: 'hckms',

  read: (text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(fieldsFor),
  readFields: (fields) => fieldsFor(textField(fields, 'key_id')),

  idOf(fields) {
    const id = textField(fields, 'key_id');
    if (isKeyId(id)) return id;
    throw new SopskitError('sops.metadata', 'key_id of a hckms key is not REGION:UUID', {
      hint: 'The sops block was edited by hand or damaged by a merge. Restore it from git.',
    });
  },
});

function fieldsFor(id: string): Mapping {
  if (!isKeyId(id)) throw invalidKey(title, id, 'REGION:KEY-UUID');
  return fieldsOf({ key_id: id });
}

function isKeyId(id: string): boolean {
  const at = id.indexOf(':');
  return at > 0 && id.slice(0, at).trim() !== '' && id.slice(at + 1).trim() !== '';
}
