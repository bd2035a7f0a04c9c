import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping } from '../../tree/value.ts';
import type { MasterKey } from '../key-source.ts';

const source = 'age';

/** Makes the key of a recipient, not yet wrapped. */
export function masterKeyOf(recipient: string): MasterKey {
  const fields: Mapping = { kind: 'mapping', entries: [textEntry('recipient', recipient)] };
  return { source, id: recipient, fields, enc: null };
}

/** Reads a metadata item, keeping fields it does not know. Throws `sops.metadata`. */
export function decodeMasterKey(fields: Mapping): MasterKey {
  const recipient = textField(fields, 'recipient');
  if (recipient === null)
    throw new SopskitError('sops.metadata', 'an age key in the metadata has no "recipient"');
  return { source, id: recipient, fields, enc: textField(fields, 'enc') };
}

/** The same key with its wrapped data key, in `enc` and in the fields. */
export function withEnc(key: MasterKey, enc: string): MasterKey {
  const entries = key.fields.entries.filter((entry) => entry.kind !== 'entry' || entry.key !== 'enc');
  return { ...key, fields: { kind: 'mapping', entries: [...entries, textEntry('enc', enc)] }, enc };
}

function textField(fields: Mapping, name: string): string | null {
  const entry = fields.entries.find((each) => each.kind === 'entry' && each.key === name);
  if (entry?.kind !== 'entry' || entry.value.kind === 'null') return null;
  if (entry.value.kind !== 'string') {
    throw new SopskitError('sops.metadata', `the "${name}" of an age key in the metadata is not text`);
  }
  return entry.value.value;
}

function textEntry(key: string, value: string): Entry {
  return { kind: 'entry', key, value: { kind: 'string', value } };
}
