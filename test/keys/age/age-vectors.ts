import { readFileSync } from 'node:fs';

/** A recipient and what real tools encrypted to it: `age`, `age -a` and sops' `enc`. Made by test/vectors/recorders/age.js. */
export interface SealedVector {
  readonly recipient: string;
  readonly binary: string;
  readonly armored: string;
  readonly sops: string;
}
export interface NativeVector extends SealedVector {
  readonly keyFile: string;
  readonly identity: string;
}
export interface SshVector extends SealedVector {
  readonly privateKey: string;
  readonly publicKey: string;
}
export type SshVectorName =
  | 'ed25519'
  | 'ed25519Ctr'
  | 'ed25519Cbc'
  | 'ed25519Gcm'
  | 'rsa'
  | 'rsaCtr'
  | 'rsaPkcs1'
  | 'rsaPkcs1Locked'
  | 'rsaPkcs8';

export interface AgeVectors {
  readonly passphrase: string;
  readonly plaintext: string;
  readonly x25519: NativeVector;
  readonly pq: NativeVector & { readonly pluginIdentity: string };
  readonly lockedKeyFile: { readonly armored: string; readonly binary: string };
  readonly ssh: Readonly<Record<SshVectorName, SshVector>>;
  readonly unsupportedSsh: { readonly privateKey: string; readonly publicKey: string };
}

export const ageVectors: AgeVectors = readVectors('age.json') as AgeVectors;

/** The files of C2SP's CCTV by name: a textual header, an empty line, an age file. */
export const cctvVectors: Readonly<Record<string, string>> = (
  readVectors('cctv-age.json') as { vectors: Record<string, string> }
).vectors;

function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));
}
