import { generateIdentity as generate } from '../keys/age/generate.ts';
import type { System } from '../system/system.ts';
import { isolatedSystem } from './isolated-system.ts';

/** A new age identity. `keyFile` is secret: write it with mode 0600, and nowhere else. */
export interface NewIdentity {
  /** The public half, `age1…`: what files are encrypted for. */
  readonly recipient: string;
  /** The text of a key file, as age-keygen prints it. */
  readonly keyFile: string;
}

/**
 * Makes an age identity: X25519, or post-quantum (`hybrid`), which needs age 1.3, sops 3.12 or Flux 2.9 to open files.
 *
 * @example
 * const { recipient, keyFile } = await generateIdentity();
 */
export async function generateIdentity(
  kind: 'x25519' | 'hybrid' = 'x25519',
  system: System = isolatedSystem({}),
): Promise<NewIdentity> {
  const { recipient, file } = await generate(system, kind);
  const keyFile = file.lendText((text) => text);
  file.wipe();
  return { recipient, keyFile };
}
