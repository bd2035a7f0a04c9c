import { SopskitError } from '../errors/sopskit-error.ts';
import type { Format, FormatName } from '../formats/format.ts';
import { formatNamed } from '../formats/registry.ts';
import { keySources } from '../keys/registry.ts';
import { Secret } from '../secret/secret.ts';
import { Keyring } from '../sops/keyring.ts';
import type { System } from '../system/system.ts';
import { checkedInput, checkSettings } from './border.ts';
import { isolatedSystem } from './isolated-system.ts';

/** What every function of the library takes. */
export interface FileSettings {
  /** The file's format; nothing is guessed from its text. */
  readonly format: FormatName;
  /** Spaces per level of printed YAML (default 4) or JSON (default a tab). */
  readonly indent?: number;
  /**
   * age identities: text as in a key file (`AGE-SECRET-KEY-1…` lines), each as a string or a Secret. Without them and
   * without `system` nothing can be decrypted.
   */
  readonly identities?: readonly (string | Secret)[];
  /** Key sources in the order in which they are tried. Default: age, pgp, then the rest. */
  readonly decryptionOrder?: readonly string[];
  /**
   * The outside world: clock, randomness, environment, files, programs, prompts. Default: none of this machine;
   * `nodeSystem()` gives the library what the command line has (key files, gpg, plugins, prompts).
   */
  readonly system?: System;
}

export interface Bench {
  readonly format: Format;
  readonly system: System;
  readonly keyring: Keyring;
  readonly style: { readonly indent?: number };
}

const fields = ['format', 'indent', 'identities', 'decryptionOrder', 'system'];

/** Prepares one call of the library; `more` names its own settings. Throws `usage.invalid`. */
export async function prepare(settings: FileSettings, more: readonly string[] = []): Promise<Bench> {
  checkSettings(settings, [...fields, ...more]);
  const system = withIdentities(settings);
  return {
    format: await formatNamed(settings.format),
    system,
    keyring: new Keyring(system, keySources, settings.decryptionOrder),
    style: settings.indent === undefined ? {} : { indent: settings.indent },
  };
}

function withIdentities({ identities, system }: FileSettings): System {
  if (identities === undefined) return system ?? isolatedSystem({});
  if (!Array.isArray(identities)) {
    throw new SopskitError('usage.invalid', 'identities is not a list', {
      hint: 'Write identities: [identity].',
    });
  }
  const text = identities
    .map((identity) => (identity instanceof Secret ? identity.lendText((t) => t) : identity))
    .join('\n');
  if (system === undefined) return isolatedSystem({ SOPS_AGE_KEY: text });
  const all = { ...system.env.all(), SOPS_AGE_KEY: text };
  return {
    ...system,
    env: { get: (name) => (name === 'SOPS_AGE_KEY' ? text : system.env.get(name)), all: () => all },
  };
}

export function bytesOf(input: string | Uint8Array): Uint8Array {
  const file = checkedInput(input);
  return typeof file === 'string' ? Buffer.from(file, 'utf8') : file;
}

/** Returns a result in the kind that went in. Throws `document.not-emittable` for text that is not UTF-8. */
export function likeInput<T extends string | Uint8Array>(input: T, bytes: Uint8Array): T {
  return (typeof input === 'string' ? textOf(bytes) : new Uint8Array(bytes)) as T;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SopskitError('document.not-emittable', 'the result is not text', {
      hint: 'Pass bytes to get bytes.',
      cause,
    });
  }
}
