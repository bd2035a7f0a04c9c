import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { KeySource, MasterKey, RecipientOptions } from '../../src/keys/key-source.ts';
import { entriesOf, mappingOf, stringOf, valueAt } from '../../src/tree/mapping.ts';
import type { Mapping } from '../../src/tree/value.ts';

/** Key sources that read recipients as sops does and can do nothing else: what `config/` needs of a source. */
export const fakeSources: readonly KeySource[] = [
  source('age', 'age', 'age', (text) => {
    if (!/^age1[0-9a-z]+$/.test(text.trim()))
      throw new SopskitError('key.invalid', 'this is not an age recipient');
    return text.trim();
  }),
  source('pgp', 'pgp', 'pgp', (text) => text.replaceAll(' ', '')),
  { ...source('kms', 'kms', 'kms', arnId), parseFields: (fields) => key('kms', kmsId(fields)) },
  byField('gcp_kms', 'gcp_kms', 'resource_id'),
  byField('hckms', 'hckms', 'key_id', (text) => /^[^:]+:./.test(text)),
  {
    ...source('azure_kv', 'azure_keyvault', 'azure_keyvault', (text) => text.trim()),
    parseFields: (fields) =>
      key(
        'azure_kv',
        `${textAt(fields, 'vaultUrl')}/keys/${textAt(fields, 'key')}/${textAt(fields, 'version')}`,
      ),
  },
  source('hc_vault', 'hc_vault_transit_uri', 'hc_vault', (text) => text),
];

function source(
  name: string,
  ruleField: string,
  groupField: string,
  idOf: (text: string, options: RecipientOptions) => string,
): KeySource {
  const refuse = (): never => {
    throw new SopskitError('key.unsupported', `this ${name} source only reads recipients`);
  };
  return {
    name,
    ruleField,
    groupField,
    flag: { name, env: `SOPS_${name.toUpperCase()}`, help: '' },
    parse: (text, options = {}) => text.split(',').map((part) => key(name, idOf(part, options))),
    decode: refuse,
    open: refuse,
  };
}

function byField(
  name: string,
  ruleField: string,
  field: string,
  accepts: (text: string) => boolean = () => true,
): KeySource {
  const idOf = (text: string) => {
    const id = text.replaceAll(' ', '');
    if (accepts(id)) return id;
    throw new SopskitError('key.invalid', `this is not a ${name} key`);
  };
  return {
    ...source(name, ruleField, ruleField, idOf),
    parseFields: (fields) => key(name, textAt(fields, field)),
  };
}

function key(sourceName: string, id: string): MasterKey {
  return { source: sourceName, id, fields: mappingOf([['id', stringOf(id)]]), enc: null };
}

function arnId(text: string, options: RecipientOptions): string {
  const fields = mappingOf([
    ['arn', stringOf(text.replaceAll(' ', ''))],
    ['context', options.encryptionContext],
    ['aws_profile', options.awsProfile === undefined ? undefined : stringOf(options.awsProfile)],
  ]);
  return kmsId(fields);
}

/** kms/keysource.go, ToString. */
function kmsId(fields: Mapping): string {
  const role = textAt(fields, 'role');
  const arn = textAt(fields, 'arn') + (role === '' ? '' : `+${role}`);
  const context = contextText(fields);
  const profile = textAt(fields, 'aws_profile');
  if (profile !== '') return `${arn}|${context}|${profile}`;
  return context === '' ? arn : `${arn}|${context}`;
}

function contextText(fields: Mapping): string {
  const context = valueAt(fields, 'context');
  if (context?.kind !== 'mapping') return '';
  const pairs = entriesOf(context).map(
    (entry) => `${String(entry.key)}:${textAt(context, String(entry.key))}`,
  );
  return pairs.sort().join(',');
}

function textAt(mapping: Mapping, name: string): string {
  const value = valueAt(mapping, name);
  return value?.kind === 'string' ? value.value : '';
}
