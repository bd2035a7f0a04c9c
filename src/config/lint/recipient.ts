import { SopskitError } from '../../errors/sopskit-error.ts';
import { looksPrivate } from '../../keys/age/recipient-text.ts';
import type { LintRule, Problem } from './lint-rule.ts';
import { type ListedRecipient, recipientsOf, rulesWithRecipients } from './recipients.ts';

export const recipient: LintRule = {
  info: {
    code: 'config.recipient',
    level: 'error',
    title: 'a recipient that cannot be read',
    about:
      'sops looks at the recipients of a rule when it uses it, and then stops. Usual reasons: a placeholder, a comma that is missing between two lines, a comment inside a folded text (>-), a comma at the end of a list item.',
  },
  check: ({ config, sources }) =>
    rulesWithRecipients(config).flatMap((rule) =>
      recipientsOf(rule, sources).flatMap((listed) => problemOf(listed)),
    ),
};

function problemOf(listed: ListedRecipient): Problem[] {
  const { value, place, field, rule } = listed;
  if (typeof value === 'string' && looksPrivate(value)) return []; // `config.private-key` says so
  const reason = malformed(listed) ?? refused(listed);
  if (reason === null) return [];
  return [{ place, message: `${field} of rule ${rule.index + 1}: ${reason.message}`, fix: reason.fix }];
}

interface Reason {
  readonly message: string;
  readonly fix: string;
}

/** The usual slips, of which a key source only sees that the text is none. */
function malformed({ value, inList, field }: ListedRecipient): Reason | null {
  if (typeof value !== 'string') return null;
  if (/(?:^|\s)#/.test(value))
    return {
      message: 'a comment stands inside the text of the recipients, where it is text',
      fix: 'Move the comment out of the folded text, or write the recipients as a list.',
    };
  if (/^age1\S+[\s]+age1/.test(value))
    return {
      message: 'a comma is missing between two recipients',
      fix: 'End each line but the last with a comma.',
    };
  if (inList && value.includes(','))
    return {
      message: 'an item of the list has a comma in it',
      fix: 'Write one recipient per item, without commas.',
    };
  if (inList && field === 'age' && value !== value.trim())
    return { message: 'a recipient begins or ends with blanks', fix: 'Remove the blanks.' };
  return value === '' && field !== 'age'
    ? { message: 'a recipient is empty', fix: 'Remove the item.' }
    : null;
}

function refused({ value, source, field }: ListedRecipient): Reason | null {
  if (value === '' || source === null) return null;
  try {
    const id = typeof value === 'string' ? source.parse(value)[0]?.id : source.parseFields?.(value).id;
    const expected = shapes.get(source.name);
    if (id === undefined || expected === undefined || expected.is.test(id)) return null;
    return { message: `a recipient is no ${expected.name}`, fix: `It must look like ${expected.like}.` };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    if (typeof value === 'string' && /^(?:ssh-|ecdsa-|sk-)/.test(value.trim()))
      return {
        message: error.message,
        fix: 'Copy the whole line of the public key: cat ~/.ssh/id_ed25519.pub',
      };
    return { message: error.message, fix: error.hint ?? `Look at the value of ${field} again.` };
  }
}

/** What sops minds only when it speaks to the service (kms/keysource.go, gcpkms/keysource.go), or gpg does. */
const shapes: ReadonlyMap<string, { readonly is: RegExp; readonly name: string; readonly like: string }> =
  new Map([
    [
      'kms',
      {
        is: /^arn:aws[\w-]*:kms:[^:]+:[0-9]+:(?:key|alias)\/[^+|]+/,
        name: 'ARN of an AWS KMS key',
        like: 'arn:aws:kms:REGION:ACCOUNT:key/ID',
      },
    ],
    [
      'gcp_kms',
      {
        is: /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
        name: 'resource id of a Google Cloud KMS key',
        like: 'projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY',
      },
    ],
    [
      'pgp',
      {
        is: /^(?:(?:0x)?[0-9A-Fa-f]{8,64}!?|[^@\s]+@[^@\s]+)$/,
        name: 'PGP fingerprint',
        like: 'the 40 digits that `gpg --list-keys` shows',
      },
    ],
  ]);
