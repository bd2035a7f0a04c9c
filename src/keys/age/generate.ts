import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import { encodeBech32 } from './bech32.ts';
import { parseNativeIdentity } from './identity-line.ts';
import { printX25519Identity } from './native/x25519.ts';

/** `x25519` is what every age and Flux reads; `hybrid` is post-quantum and needs age 1.3, sops 3.12 or Flux 2.9. */
export type GeneratedKind = 'x25519' | 'hybrid';

export interface GeneratedIdentity {
  readonly recipient: string;
  /** The text of a key file, as age-keygen prints it. Write it with mode 0600. */
  readonly file: Secret;
}

const scalarLength = 32;

/** Makes a new identity. Its file names the time of creation and the public key in comments. */
export async function generateIdentity(
  system: System,
  kind: GeneratedKind = 'x25519',
): Promise<GeneratedIdentity> {
  const scalar = system.randomBytes(scalarLength);
  const identity = kind === 'x25519' ? printX25519Identity(scalar) : printHybridIdentity(scalar);
  const recipient = await identityToRecipient(Secret.fromText(identity));
  const created = rfc3339(system.now());
  const file = Secret.fromText(`# created: ${created}\n# public key: ${recipient}\n${identity}\n`);
  return { recipient, file };
}

/** Returns the public half of an age identity. Throws `identity.invalid`, quoting nothing. */
export async function identityToRecipient(identity: Secret): Promise<string> {
  try {
    const half = await identity.lendText((text) => parseNativeIdentity(text.trim())?.publicHalf() ?? null);
    if (half !== null) return half;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    throw new SopskitError('identity.invalid', `the age identity is invalid: ${error.message}`);
  }
  throw new SopskitError('identity.invalid', 'the text is not an age identity', {
    hint: 'An identity begins with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1.',
  });
}

/** Both kinds are 32 random bytes: the post-quantum key is expanded from them. */
function printHybridIdentity(seed: Uint8Array): string {
  const text = encodeBech32('AGE-SECRET-KEY-PQ-', seed);
  seed.fill(0);
  return text;
}

/** As Go's time.RFC3339, in UTC: whole seconds. */
function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
