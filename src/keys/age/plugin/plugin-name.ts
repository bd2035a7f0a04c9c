import { SopskitError } from '../../../errors/sopskit-error.ts';
import { decodeBech32 } from '../bech32.ts';

const recipientPrefix = 'age1';
const identityPrefix = 'AGE-PLUGIN-';

/** Returns the plugin a recipient `age1name1…` belongs to, in lower case. Throws `key.invalid`. */
export function pluginOfRecipient(text: string): string {
  const { prefix } = decodeBech32(text);
  if (!prefix.startsWith(recipientPrefix))
    throw new SopskitError('key.invalid', 'it is not a plugin recipient');
  return checkName(prefix.slice(recipientPrefix.length));
}

/** Returns the plugin an identity `AGE-PLUGIN-NAME-1…` belongs to, in lower case. Throws `key.invalid`. */
export function pluginOfIdentity(text: string): string {
  const { prefix, data } = decodeBech32(text);
  data.fill(0);
  if (!prefix.startsWith(identityPrefix) || !prefix.endsWith('-')) {
    throw new SopskitError('key.invalid', 'it is not a plugin identity');
  }
  return checkName(prefix.slice(identityPrefix.length, -1).toLowerCase());
}

/** The name becomes part of a program's name: no path may hide in it. */
function checkName(name: string): string {
  if (!/^[A-Za-z0-9+\-._]+$/.test(name))
    throw new SopskitError('key.invalid', 'its plugin name is not allowed');
  return name;
}
