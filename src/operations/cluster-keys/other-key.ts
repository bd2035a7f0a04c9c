import { SopskitError } from '../../errors/sopskit-error.ts';
import { parsePrivateKey } from '../../keys/age/ssh/private-key.ts';
import { printPublicKey } from '../../keys/age/ssh/public-key.ts';
import type { HeldKey } from './key-secret.ts';

/** Finds private keys that the controller reads under no name: SSH keys, and identity files behind a passphrase. */
export function readOtherKey(bytes: Uint8Array): readonly HeldKey[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (/^(?:-----BEGIN AGE ENCRYPTED FILE|age-encryption\.org\/)/.test(text.trimStart()))
    return [heldAs('locked', null, 'it is behind a passphrase, which the controller has nobody to ask for')];
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) return [];
  const recipient = sshRecipient(text);
  return recipient === undefined ? [] : [heldAs('ssh', recipient, 'it is an SSH key, and Flux reads none')];
}

/** `undefined`: it is no SSH key, or a damaged one. */
function sshRecipient(text: string): string | null | undefined {
  try {
    const key = parsePrivateKey(text);
    if (key.kind !== 'locked-key') return key.publicHalf();
    return key.publicKey === null ? null : printPublicKey(key.publicKey);
  } catch (error) {
    if (error instanceof SopskitError) return undefined;
    throw error;
  }
}

function heldAs(kind: HeldKey['kind'], recipient: string | null, unusable: string): HeldKey {
  return { kind, recipient, keyIds: [], unusable };
}
