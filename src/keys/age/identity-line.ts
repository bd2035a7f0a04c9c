import type { System } from '../../system/system.ts';
import type { Identity } from './identity.ts';
import { HybridIdentity } from './native/hybrid.ts';
import { X25519Identity } from './native/x25519.ts';
import { PluginIdentity } from './plugin/plugin-identity.ts';

/** Reads one identity, or returns `null` when it is not one. Throws `key.invalid`, quoting nothing. */
export function parseIdentity(text: string, system: System): Identity | null {
  if (text.startsWith('AGE-PLUGIN-')) return new PluginIdentity(system, text);
  return parseNativeIdentity(text);
}

/** The same without plugins, which age does not allow in a passphrase-protected identity file. */
export function parseNativeIdentity(text: string): Identity | null {
  if (text.startsWith('AGE-SECRET-KEY-PQ-1')) return new HybridIdentity(text);
  if (text.startsWith('AGE-SECRET-KEY-1')) return new X25519Identity(text);
  return null;
}
