import { SopskitError } from '../../errors/sopskit-error.ts';
import { decodeBech32 } from '../../keys/age/bech32.ts';
import { decodePem } from './pem-body.ts';

export type PrivateKeyKind = 'age' | 'age-plugin' | 'pgp' | 'ssh' | 'pem';

/** A private key in a text. */
export interface FoundKey {
  readonly kind: PrivateKeyKind;
  /** Where it begins in the text. */
  readonly offset: number;
  /** Whether it is of no use by itself: protected by a passphrase, or only the name of a key in hardware. */
  readonly guarded: boolean;
}

const agePattern =
  /(?<![A-Za-z0-9])AGE-(?:SECRET-KEY-(?:PQ-)?|PLUGIN-[A-Z0-9+._-]{1,64}-)1[02-9AC-HJ-NP-Z]{6,8000}/g;
/** Plugins whose identity only says which device holds the key. */
const hardware = /^AGE-PLUGIN-(?:YUBIKEY|SE|TPM|FIDO2-HMAC|FIDO2PRF|LEDGER|TREZOR|TKEY|KEYCHAIN)-/;
const pemPattern = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY( BLOCK)?-----/g;
const base64Pem = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{80,}={0,2}/g;
const base64Age = /QUdFLVNFQ1JFVC1LRVkt[A-Za-z0-9+/]{40,}={0,2}/g;

/**
 * Finds private keys: age identities whose checksum is right, and PEM blocks whose body is that of a key; in base64 too,
 * where it begins with the key. What only looks like one (documentation, tests of parsers) is passed over.
 */
export function privateKeysIn(text: string): FoundKey[] {
  return [
    ...matches(text, agePattern, ageKey),
    ...matches(text, pemPattern, (match) => pemKey(text, match)),
    ...matches(text, base64Pem, inBase64),
    ...matches(text, base64Age, inBase64),
  ].sort((a, b) => a.offset - b.offset);
}

function matches(
  text: string,
  pattern: RegExp,
  read: (match: RegExpMatchArray & { readonly index: number }) => FoundKey | null,
): FoundKey[] {
  return [...text.matchAll(pattern)].flatMap((match) => read(match) ?? []);
}

function ageKey({ 0: text, index: offset }: RegExpMatchArray & { readonly index: number }): FoundKey | null {
  if (!hasChecksum(text)) return null;
  const plugin = text.startsWith('AGE-PLUGIN-');
  return { kind: plugin ? 'age-plugin' : 'age', offset, guarded: hardware.test(text) };
}

function hasChecksum(text: string): boolean {
  try {
    return decodeBech32(text).data.length > 0;
  } catch (error) {
    if (error instanceof SopskitError) return false;
    throw error;
  }
}

function pemKey(text: string, match: RegExpMatchArray & { readonly index: number }): FoundKey | null {
  const [marker, label = '', block] = match;
  const key = decodePem(text, match.index + marker.length, `${label}PRIVATE KEY${block ?? ''}`);
  return key === null ? null : { kind: key.kind, offset: match.index, guarded: key.protected };
}

function inBase64({
  0: text,
  index: offset,
}: RegExpMatchArray & { readonly index: number }): FoundKey | null {
  const [found] = privateKeysIn(Buffer.from(text, 'base64').toString('latin1'));
  return found === undefined ? null : { ...found, offset };
}
