import { SopskitError } from '../../../errors/sopskit-error.ts';
import { printable } from './printable.ts';

/** The error for a plugin that fails or breaks the protocol; `reason` may be what the plugin itself says. */
export function pluginFailure(plugin: string, reason: string | Uint8Array): SopskitError {
  const text = typeof reason === 'string' ? reason : printable(reason);
  return new SopskitError('process.failed', `the age plugin "${plugin}" failed: ${text}`);
}
