import { SopskitError } from '../../errors/sopskit-error.ts';
import { LibraryRecipient } from './native/library-recipient.ts';
import { X25519Recipient } from './native/x25519.ts';
import { PluginRecipient } from './plugin/plugin-recipient.ts';
import type { Recipient } from './recipient.ts';
import { Ed25519Recipient } from './ssh/ed25519.ts';
import { parsePublicKeyLine } from './ssh/public-key.ts';
import { RsaRecipient } from './ssh/rsa.ts';

/** One way to write a recipient. The first whose `begins` fits is the one, as in sops' parseRecipient. */
interface Spelling {
  readonly name: string;
  begins(text: string): boolean;
  parse(text: string): Recipient;
}

const spellings: readonly Spelling[] = [
  {
    name: 'age1pq1…, age1tag1…, age1tagpq1…',
    begins: (text) => LibraryRecipient.knows(text),
    parse: (text) => new LibraryRecipient(text),
  },
  {
    name: 'age1plugin1…',
    begins: isPluginRecipient,
    parse: (text) => new PluginRecipient(text),
  },
  {
    name: 'age1…',
    begins: (text) => text.startsWith('age1'),
    parse: (text) => new X25519Recipient(text),
  },
  {
    name: 'ssh-ed25519 … or ssh-rsa …',
    begins: (text) => text.startsWith('ssh-'),
    parse: parseSsh,
  },
];

/** Reads one recipient. Throws `key.invalid`, which quotes no more than the beginning of a public key. */
export function parseRecipient(text: string): Recipient {
  if (looksPrivate(text)) throw privateKeyGiven();
  const spelling = spellings.find(({ begins }) => begins(text));
  if (spelling === undefined) throw unknown(text);
  try {
    return spelling.parse(text);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    throw new SopskitError('key.invalid', `the age recipient ${shorten(text)} is invalid: ${error.message}`, {
      hint: 'Copy the whole public key again: `age-keygen -y KEYFILE` prints it.',
    });
  }
}

/** Whether a plugin, a program, wraps for a recipient. */
export function isPluginRecipient(text: string): boolean {
  return !LibraryRecipient.knows(text) && /^age1.*1/.test(text);
}

/** The part of a recipient that identifies it: an SSH key without its comment. */
export function comparableRecipient(text: string): string {
  return text.startsWith('ssh-')
    ? text
        .trim()
        .split(/[ \t]+/, 2)
        .join(' ')
    : text;
}

/** The beginning of a public key, enough to tell which one is meant; nothing of what may be a private one. */
export function shorten(recipient: string): string {
  if (looksPrivate(recipient)) return '[a private key]';
  const printable = recipient.replace(/[^\x20-\x7e]/g, '');
  return printable.length > 80 ? `${printable.slice(0, 30)}…` : printable;
}

function parseSsh(text: string): Recipient {
  const key = parsePublicKeyLine(text);
  return key.type === 'ssh-ed25519' ? new Ed25519Recipient(key) : new RsaRecipient(key);
}

/** Whether a text holds what may be a private key, which must not be quoted. */
export function looksPrivate(text: string): boolean {
  return /AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY/i.test(text);
}

function privateKeyGiven(): SopskitError {
  return new SopskitError(
    'key.invalid',
    'a private key was given where an age recipient (a public key) belongs',
    {
      hint: 'Give the public half: `age-keygen -y KEYFILE` prints it. Replace the private key if it was stored or shown.',
    },
  );
}

function unknown(text: string): SopskitError {
  if (text === '') {
    return new SopskitError('key.invalid', 'an age recipient is empty', {
      hint: 'Look for a comma too many.',
    });
  }
  const known = spellings.map(({ name }) => name).join(', ');
  return new SopskitError('key.invalid', `a text of ${text.length} characters is not an age recipient`, {
    hint: `Recipients begin like this: ${known}.`,
  });
}
