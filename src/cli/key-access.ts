import { SopskitError } from '../errors/sopskit-error.ts';
import type { Values } from './values.ts';

/** Who unwraps data keys, and in which order the kinds of keys are tried. */
export interface KeyAccess {
  /** Whether the keys of this machine are used. */
  readonly local: boolean;
  /** URLs of key services, asked after the local keys. */
  readonly services: readonly string[];
  /** Kinds of keys, first tried first; `null` is sops' default (age, pgp, then the rest). */
  readonly order: readonly string[] | null;
}

/** Throws `usage.decryption-order` for a kind named twice. */
export function readKeyAccess(values: Values): KeyAccess {
  return {
    local: values.bool('enable-local-keyservice'),
    services: values.list('keyservice'),
    order: readOrder(values.text('decryption-order')),
  };
}

function readOrder(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const kinds = text.split(',');
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) {
    throw new SopskitError(
      'usage.decryption-order',
      `--decryption-order names ${JSON.stringify(twice)} twice`,
    );
  }
  return kinds;
}
