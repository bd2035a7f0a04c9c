import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

export const pointLength = 32;
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** Makes an X25519 private key of 32 bytes, which it does not keep. */
export function privateKeyOf(scalar: Uint8Array): KeyObject {
  const der = Buffer.concat([privatePrefix, scalar]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

export function publicKeyOf(point: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicPrefix, point]), format: 'der', type: 'spki' });
}

/** Returns the public point of a private key. */
export function pointOf(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return der.subarray(publicPrefix.length);
}

/** Multiplies; `null` for a point of low order, whose product is zero (RFC 7748, section 6.1). */
export function sharedPoint(privateKey: KeyObject, point: KeyObject): Uint8Array | null {
  try {
    return diffieHellman({ privateKey, publicKey: point });
  } catch {
    return null;
  }
}
