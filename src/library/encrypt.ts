import { defaultSelector, pickSelector, type SelectorKind, selectorKinds } from '../config/selector.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { MasterKey } from '../keys/key-source.ts';
import { keySources } from '../keys/registry.ts';
import { reviewSecrets } from '../manifests/review-secrets.ts';
import { encryptDocument } from '../sops/encrypt.ts';
import { checkSettings } from './border.ts';
import { bytesOf, type FileSettings, likeInput, prepare } from './settings.ts';

/** Recipients by key source, e.g. `{ age: ['age1…'], pgp: ['<fingerprint>'] }`. */
export type Recipients = Readonly<Record<string, readonly string[]>>;

export interface EncryptSettings extends FileSettings {
  /** Who can open the file: any one of them. */
  readonly recipients?: Recipients;
  /** Instead of `recipients`: key groups, of which `shamirThreshold` (default: all) are needed to open the file. */
  readonly keyGroups?: readonly Recipients[];
  readonly shamirThreshold?: number;
  /** At most one selector, named as in `.sops.yaml`. Default: `unencrypted_suffix: '_unencrypted'`. */
  readonly select?: { readonly [kind in SelectorKind]?: string };
  /** Authenticate encrypted values only. Default: false. */
  readonly macOnlyEncrypted?: boolean;
  /** Accept a selector that leaves every value, or a Kubernetes Secret, readable. Default: false. */
  readonly allowPlaintext?: boolean;
}

const fields = ['recipients', 'keyGroups', 'shamirThreshold', 'select', 'macOnlyEncrypted', 'allowPlaintext'];

/**
 * Encrypts a file as sops 3.13.3 does, keeping its layout. Returns text for text and bytes for bytes.
 *
 * Throws a SopskitError: `document.*` for a text that is not of the format, `sops.already-encrypted`, `key.none`,
 * `key.invalid`, `config.selector`, `sops.nothing-selected`, `sops.readable-secret`, `sops.encrypt`.
 *
 * @example
 * const sealed = await encrypt('password: correct horse\n', { format: 'yaml', recipients: { age: [recipient] } });
 */
export async function encrypt<T extends string | Uint8Array>(
  input: T,
  settings: EncryptSettings,
): Promise<T> {
  const { format, system, keyring, style } = await prepare(settings, fields);
  checkSettings(settings.select ?? {}, selectorKinds, 'selectors');
  const groups = settings.keyGroups ?? [settings.recipients ?? {}];
  const selector = pickSelector(settings.select ?? {}, 'usage.conflict') ?? defaultSelector;
  const binary = format.name === 'binary';
  const policy = {
    keyGroups: groups.map(masterKeys),
    shamirThreshold: settings.shamirThreshold ?? 0,
    selector: binary ? null : selector,
    macOnlyEncrypted: settings.macOnlyEncrypted === true && !binary,
  };
  const allowPlaintext = settings.allowPlaintext === true;
  return likeInput(
    input,
    await encryptDocument(format.parse(bytesOf(input)), policy, {
      system,
      keyring,
      style,
      allowPlaintext,
      review: (plain, readable) => reviewSecrets(plain.data, readable),
    }),
  );
}

/** Reads recipients. Throws `key.invalid`, `key.unsupported`. */
export function masterKeys(recipients: Recipients): MasterKey[] {
  return Object.entries(recipients).flatMap(([name, texts]) => {
    const source = keySources.find((candidate) => candidate.name === name);
    if (source === undefined) {
      throw new SopskitError('key.unsupported', `there is no key source called ${name}`, {
        hint: `Use one of ${keySources.map((known) => known.name).join(', ')}.`,
      });
    }
    return texts.flatMap((text) => source.parse(text));
  });
}
