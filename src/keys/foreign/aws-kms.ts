import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { fieldValue, textField } from '../fields.ts';
import type { KeySource } from '../key-source.ts';
import { fieldsOf, foreignSource, invalidKey } from './foreign-source.ts';

const title = 'AWS KMS';

/** AWS KMS keys: `ARN`, or `ARN+ROLE_ARN` (kms/keysource.go of sops). */
export const awsKmsSource: KeySource = foreignSource({
  name: 'kms',
  title,
  flag: { name: 'kms', short: 'k', env: 'SOPS_KMS_ARN', help: 'comma separated list of KMS ARNs' },
  ruleField: 'kms',
  groupField: 'kms',

  read(text, { awsProfile, encryptionContext }) {
    return text.split(',').map((part) => {
      const arns = part.replaceAll(' ', '');
      if (arns === '') throw invalidKey(title, part, 'arn:aws:kms:REGION:ACCOUNT:key/ID');
      const { arn, role } = splitRole(arns);
      return fieldsOf({ arn, role, context: nonEmpty(encryptionContext), aws_profile: awsProfile });
    });
  },

  readFields(fields) {
    const [arn, role, profile] = ['arn', 'role', 'aws_profile'].map((name) => textField(fields, name));
    return fieldsOf({ arn, role, context: nonEmpty(contextOf(fields)), aws_profile: profile });
  },

  idOf(fields) {
    const role = textField(fields, 'role');
    const arn = textField(fields, 'arn') + (role === '' ? '' : `+${role}`);
    const context = printContext(contextOf(fields));
    const profile = textField(fields, 'aws_profile');
    if (profile !== '') return `${arn}|${context}|${profile}`;
    return context === '' ? arn : `${arn}|${context}`;
  },
});

/** An ARN may contain `+`, but no `:`; so `+arn:` stands between two of them. */
function splitRole(arns: string): { arn: string; role: string } {
  const at = arns.indexOf('+arn:');
  return at > 0 ? { arn: arns.slice(0, at), role: arns.slice(at + 1) } : { arn: arns, role: '' };
}

function contextOf(fields: Mapping): Mapping | undefined {
  const value = fieldValue(fields, 'context');
  return value?.kind === 'mapping' ? value : undefined;
}

function nonEmpty(context: Mapping | undefined): Mapping | undefined {
  return context === undefined || context.entries.length === 0 ? undefined : context;
}

/** Prints an encryption context as `key:value,key:value`, sorted by bytes. */
function printContext(context: Mapping | undefined): string {
  const names = entriesOf(context ?? fieldsOf({})).map(({ key }) =>
    typeof key === 'string' ? key : key.text,
  );
  return names
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => `${name}:${context === undefined ? '' : exactText(context, name)}`)
    .join(',');
}

/** Names of a context are the user's own: their case counts. */
function exactText(context: Mapping, name: string): string {
  const only = context.entries.filter((entry) => entry.kind === 'entry' && entry.key === name);
  return textField({ kind: 'mapping', entries: only }, name);
}
