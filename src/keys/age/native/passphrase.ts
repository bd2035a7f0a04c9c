import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Secret } from '../../../secret/secret.ts';
import { fileKeyLength, type RandomSource, sealFile } from '../file/age-file.ts';
import { decodeRaw, encodeRaw } from '../file/base64.ts';
import { open, seal, tagLength, zeroNonce } from '../file/cryptography.ts';
import { damaged } from '../file/damaged.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';

const label = 'age-encryption.org/v1/scrypt';
const stanzaType = 'scrypt';
const saltLength = 16;
const defaultWorkFactor = 18;
/** Go's age refuses more: 2^22 rounds take some 15 seconds and 4 GiB. */
const maxWorkFactor = 22;

/** Encrypts a binary age file to a passphrase; `workFactor` is the base-2 logarithm of scrypt's rounds. */
export async function sealWithPassphrase(
  plaintext: Uint8Array,
  passphrase: Secret,
  source: RandomSource,
  workFactor: number = defaultWorkFactor,
): Promise<Uint8Array> {
  const salt = source.randomBytes(saltLength);
  const key = await stretch(passphrase, salt, workFactor);
  const fileKey = source.randomBytes(fileKeyLength);
  const args = [encodeRaw(salt), String(workFactor)];
  const file = sealFile(
    fileKey,
    [{ type: stanzaType, args, body: seal(key, zeroNonce, fileKey) }],
    plaintext,
    source,
  );
  fileKey.fill(0);
  return file;
}

/** Whether the header is that of a passphrase-encrypted file. Throws `key.unavailable` for a mixed one. */
export function needsPassphrase(header: Header): boolean {
  const found = header.stanzas.some((stanza) => stanza.type === stanzaType);
  if (found && header.stanzas.length !== 1) throw damaged('its scrypt stanza is not the only one');
  return found;
}

/** Returns the file key, or `null` for a wrong passphrase. Throws `key.unavailable`, `identity.invalid`. */
export async function unwrapWithPassphrase(header: Header, passphrase: Secret): Promise<Uint8Array | null> {
  const [stanza] = header.stanzas;
  if (!needsPassphrase(header) || stanza === undefined) return null;
  if (passphrase.length === 0) throw new SopskitError('identity.invalid', 'the passphrase is empty');
  const { salt, workFactor } = parseStanza(stanza);
  return open(await stretch(passphrase, salt, workFactor), zeroNonce, stanza.body);
}

function parseStanza(stanza: Stanza): { salt: Uint8Array; workFactor: number } {
  const [encodedSalt = '', digits = ''] = stanza.args;
  const salt = stanza.args.length === 2 ? decodeRaw(encodedSalt) : null;
  if (salt === null || salt.length !== saltLength || !/^[1-9][0-9]*$/.test(digits)) {
    throw damaged('its scrypt stanza is malformed');
  }
  if (stanza.body.length !== fileKeyLength + tagLength) throw damaged('its scrypt stanza has the wrong size');
  const workFactor = Number(digits);
  if (workFactor > maxWorkFactor) throw damaged(`its scrypt work factor is above ${maxWorkFactor}`);
  return { salt, workFactor };
}

function stretch(passphrase: Secret, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const rounds = 2 ** workFactor;
  const labelled = Buffer.concat([Buffer.from(label), salt]);
  const derive = promisify<
    Uint8Array,
    Uint8Array,
    number,
    { N: number; r: number; p: number; maxmem: number },
    Buffer
  >(scrypt);
  // scrypt needs 128 * N * r bytes; some more for its own blocks.
  return passphrase.lend((bytes) =>
    derive(bytes, labelled, 32, { N: rounds, r: 8, p: 1, maxmem: 1024 * rounds + 1024 * 1024 }),
  );
}
