import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Secret } from '../../../secret/secret.ts';
import { wrongPassphrase } from '../wrong-passphrase.ts';
import { Ed25519Identity } from './ed25519.ts';
import { openLockedKey, openPlainKey, parseOpensshKey } from './openssh-key.ts';
import { findPem, type Pem } from './pem.ts';
import type { SshPublicKey } from './public-key.ts';
import { RsaIdentity } from './rsa.ts';

export type SshIdentity = Ed25519Identity | RsaIdentity;

/** A private key that needs its passphrase first. */
export interface LockedSshKey {
  readonly kind: 'locked-key';
  /** Known for the OpenSSH format only; an encrypted PEM file keeps it in the `.pub` file beside it. */
  readonly publicKey: SshPublicKey | null;
  /** Throws `identity.invalid` for a wrong passphrase. */
  unlock(passphrase: Secret): Promise<SshIdentity>;
}

/**
 * Reads an SSH private key file: OpenSSH format, PKCS#1 (`RSA PRIVATE KEY`, encrypted with `Proc-Type` or not) and
 * unencrypted PKCS#8 (`PRIVATE KEY`), as ssh.ParseRawPrivateKey of golang.org/x/crypto does. Throws `key.invalid`.
 */
export function parsePrivateKey(text: string): SshIdentity | LockedSshKey {
  const pem = findPem(text);
  if (pem === null) throw new SopskitError('key.invalid', 'there is no private key in it');
  if (pem.headers.get('Proc-Type')?.includes('ENCRYPTED')) return lockedPem(pem);
  switch (pem.type) {
    case 'OPENSSH PRIVATE KEY':
      return parseOpenssh(pem.bytes);
    case 'RSA PRIVATE KEY':
    case 'PRIVATE KEY':
      return identityOf(readPem(pem));
    case 'ENCRYPTED PRIVATE KEY':
      throw new SopskitError(
        'key.invalid',
        'it is an encrypted PKCS#8 key, which neither sops nor age reads',
        {
          hint: 'Rewrite it in the OpenSSH format with `ssh-keygen -p -f FILE`.',
        },
      );
    default:
      throw new SopskitError('key.invalid', 'it is neither an ssh-ed25519 nor an ssh-rsa key');
  }
}

function parseOpenssh(bytes: Uint8Array): SshIdentity | LockedSshKey {
  const key = parseOpensshKey(bytes);
  if (!key.locked) return openPlainKey(key);
  return {
    kind: 'locked-key',
    publicKey: key.publicKey,
    unlock: (passphrase) => openLockedKey(key, passphrase),
  };
}

function lockedPem(pem: Pem): LockedSshKey {
  return {
    kind: 'locked-key',
    publicKey: null,
    unlock: async (passphrase) => identityOf(passphrase.lend((bytes) => readPem(pem, Buffer.from(bytes)))),
  };
}

function readPem(pem: Pem, passphrase?: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pem.text, format: 'pem', ...(passphrase && { passphrase }) });
  } catch {
    if (passphrase === undefined) throw new SopskitError('key.invalid', 'it is malformed');
    throw wrongPassphrase();
  } finally {
    passphrase?.fill(0);
  }
}

function identityOf(key: KeyObject): SshIdentity {
  if (key.asymmetricKeyType === 'rsa') return new RsaIdentity(key);
  if (key.asymmetricKeyType === 'ed25519') {
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const seed = Uint8Array.from(der.subarray(-32));
    der.fill(0);
    return new Ed25519Identity(seed);
  }
  throw new SopskitError('key.invalid', 'it is neither an ssh-ed25519 nor an ssh-rsa key');
}
