import { textField } from '../fields.ts';
import type { KeySource } from '../key-source.ts';
import { fieldsOf, foreignSource, invalidKey } from './foreign-source.ts';

const title = 'GCP KMS';

/** Google Cloud KMS keys, by resource id (gcpkms/keysource.go of sops). */
export const gcpKmsSource: KeySource = foreignSource({
  name: 'gcp_kms',
  title,
  flag: { name: 'gcp-kms', env: 'SOPS_GCP_KMS_IDS', help: 'comma separated list of GCP KMS resource IDs' },
  ruleField: 'gcp_kms',
  groupField: 'gcp_kms',

  read(text) {
    return text.split(',').map((part) => {
      const id = part.replaceAll(' ', '');
      if (id === '')
        throw invalidKey(title, part, 'projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY');
      return fieldsOf({ resource_id: id });
    });
  },
  readFields: (fields) => fieldsOf({ resource_id: textField(fields, 'resource_id').replaceAll(' ', '') }),
  idOf: (fields) => textField(fields, 'resource_id'),
});
