import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

export const pointLength = 32;
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Makes an X25519 private key of 32 bytes, which it does not keep. */
export function privateKeyOf(scalar: Uint8Array): KeyObject {
  const der = Buffer.concat([privatePrefix, scalar]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

/** Stands for the public half, which Node takes from the private one. */
const noPoint = 'A'.repeat(43);

/**
 * Makes a private key that is used once, and its public point. OpenSSL reads a JWK ten times as fast as DER; what it costs
 * is a string of the key that cannot be wiped, which is why identities are not read so.
 */
export function ephemeralKeyOf(scalar: Uint8Array): { readonly key: KeyObject; readonly point: Uint8Array } {
  const d = Buffer.from(scalar.buffer, scalar.byteOffset, scalar.byteLength).toString('base64url');
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', x: noPoint, d }, format: 'jwk' });
  const point = pointOf(key);
  if (point.some((byte) => byte !== 0)) return { key, point };
  const own = privateKeyOf(scalar); // a Node that believes what it is told of the public half
  return { key: own, point: pointOf(own) };
}

/** As JWK, here and below: OpenSSL's DER readers and writers cost several times as much at their first use. */
export function publicKeyOf(point: Uint8Array): KeyObject {
  const x = Buffer.from(point.buffer, point.byteOffset, point.byteLength).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
}

/** Returns the public point of a private key. */
export function pointOf(privateKey: KeyObject): Uint8Array {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

/** Multiplies; `null` for a point of low order, whose product is zero (RFC 7748, section 6.1). */
export function sharedPoint(privateKey: KeyObject, point: KeyObject): Uint8Array | null {
  try {
    return diffieHellman({ privateKey, publicKey: point });
  } catch {
    return null;
  }
}
