import type { Schema } from './schema-value.ts';

/** What no recipient may be. Editors then mark a private key that was pasted. */
const notPrivate: Schema = {
  pattern: '[Aa][Gg][Ee]-([Ss][Ee][Cc][Rr][Ee][Tt]-[Kk][Ee][Yy]|[Pp][Ll][Uu][Gg][Ii][Nn])-|PRIVATE KEY',
};

/** One recipient as a text. */
export function oneRecipient(description: string): Schema {
  return { type: 'string', description, not: notPrivate };
}

/** Recipients of a rule: a list, or one text with commas. */
export function recipients(description: string, example: string): Schema {
  return {
    description: `${description} A list, or one text with commas.`,
    anyOf: [
      { type: 'string', not: notPrivate },
      { type: 'array', items: { type: 'string', not: notPrivate } },
      { type: 'null' },
    ],
    examples: [example],
  };
}

/** A list of keys in a key group. */
export function keyList(description: string, items: Schema): Schema {
  return { type: ['array', 'null'], description, items };
}

/** A key in a key group that is a map of texts. */
export function keyFields(required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** A text with a description; sops takes null for none. */
export function text(description: string, example?: string): Schema {
  return { type: ['string', 'null'], description, ...(example === undefined ? {} : { examples: [example] }) };
}
