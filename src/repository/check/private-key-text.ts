import { SopskitError } from '../../errors/sopskit-error.ts';
import { decodeBech32 } from '../../keys/age/bech32.ts';
import { base64TextsWith } from './base64-texts.ts';
import { decodePem, isSecretKeyFile } from './pem-body.ts';

export type PrivateKeyKind = 'age' | 'age-plugin' | 'pgp' | 'ssh' | 'pem';

/** A private key in a text. */
export interface FoundKey {
  readonly kind: PrivateKeyKind;
  /** Where it begins in the text; for one in base64 where that begins. */
  readonly offset: number;
  /** Whether it is of no use by itself: protected by a passphrase, or only the name of a key in hardware. */
  readonly guarded: boolean;
}

type Match = RegExpMatchArray & { readonly index: number };

// whatever stands before it, such as the n of a written \n: the checksum tells a key
const agePattern = /AGE-(?:SECRET-KEY-(?:PQ-)?|PLUGIN-[A-Z0-9+._-]{1,64}-)1[02-9AC-HJ-NP-Z]{6,8000}/g;
const nativeLength = 'AGE-SECRET-KEY-1'.length + 58;
/** Plugins whose identity only says which device holds the key. */
const hardware = /^AGE-PLUGIN-(?:YUBIKEY|SE|TPM|FIDO2-HMAC|FIDO2PRF|LEDGER|TREZOR|TKEY|KEYCHAIN)-/;
const pemPattern = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY( BLOCK)?-----/g;
const puttyPattern = /PuTTY-User-Key-File-\d: /g;
/** Of what follows its first line: the kind of encryption, and that there is a private part. */
const puttyBody =
  /^[^\n]{1,40}\nEncryption: (\S{1,20})\r?\n[\s\S]{0,20000}?\nPrivate-Lines: \d+\r?\n[A-Za-z0-9+/]{16}/;
const marks = ['AGE-SECRET-KEY-', 'AGE-PLUGIN-', 'PRIVATE KEY', 'PuTTY-User-Key-File-'];

/**
 * Finds private keys: age identities whose checksum is right, PEM blocks and PuTTY files whose body is that of a key, files
 * of secret key packets; in base64 too, wherever in it the key begins, and however it is wrapped. What only looks like one
 * (documentation, tests of parsers) is passed over. `text` has one character a byte.
 */
export function privateKeysIn(text: string): FoundKey[] {
  const plain = plainKeysIn(text);
  const encoded = base64TextsWith(text, marks).flatMap(({ offset, decoded }) => {
    const [key] = plainKeysIn(decoded);
    // the body of an armored PGP key is the base64 of one
    return key === undefined || isArmored(text, offset) ? [] : [{ ...key, offset }];
  });
  return [...plain, ...encoded].sort((a, b) => a.offset - b.offset);
}

function plainKeysIn(text: string): FoundKey[] {
  return [
    ...matches(text, 'AGE-', agePattern, ageKey),
    ...matches(text, 'PRIVATE KEY', pemPattern, (match) => pemKey(text, match)),
    ...matches(text, 'PuTTY', puttyPattern, (match) => puttyKey(text, match)),
    ...(isSecretKeyFile(text) ? [{ kind: 'pgp' as const, offset: 0, guarded: false }] : []),
  ];
}

function isArmored(text: string, offset: number): boolean {
  return text.slice(Math.max(0, offset - 400), offset).includes('-----BEGIN PGP');
}

function matches(text: string, sign: string, pattern: RegExp, read: (match: Match) => FoundKey | null) {
  return text.includes(sign) ? [...text.matchAll(pattern)].flatMap((match) => read(match) ?? []) : [];
}

function ageKey({ 0: text, index: offset }: Match): FoundKey | null {
  // what follows directly may be of its alphabet, too
  const key = [text, text.slice(0, nativeLength)].find(hasChecksum);
  if (key === undefined) return null;
  const plugin = key.startsWith('AGE-PLUGIN-');
  return { kind: plugin ? 'age-plugin' : 'age', offset, guarded: hardware.test(key) };
}

function hasChecksum(text: string): boolean {
  try {
    return decodeBech32(text).data.length > 0;
  } catch (error) {
    if (error instanceof SopskitError) return false;
    throw error;
  }
}

function pemKey(text: string, match: Match): FoundKey | null {
  const [marker, label = '', block] = match;
  const key = decodePem(text, match.index + marker.length, `${label}PRIVATE KEY${block ?? ''}`);
  return key === null ? null : { kind: key.kind, offset: match.index, guarded: key.protected };
}

function puttyKey(text: string, { 0: marker, index: offset }: Match): FoundKey | null {
  const start = offset + marker.length;
  const next = text.slice(start, start + 32 * 1024).split(marker, 1)[0] ?? '';
  const body = puttyBody.exec(next);
  return body === null ? null : { kind: 'ssh', offset, guarded: body[1] !== 'none' };
}
