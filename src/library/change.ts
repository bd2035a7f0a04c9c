import { keySources } from '../keys/registry.ts';
import { isEncrypted as hasMetadata } from '../sops/file-status.ts';
import { rotateFile } from '../sops/rotate.ts';
import { readSealedFile } from '../sops/sealed-file.ts';
import { setValue, unsetValue } from '../sops/set.ts';
import { withKeys } from '../sops/update-keys.ts';
import type { Path } from '../tree/path.ts';
import type { Value } from '../tree/value.ts';
import { checkedValue } from './border.ts';
import { type DecryptSettings, decryptFields, openInput } from './decrypt.ts';
import { masterKeys, type Recipients } from './encrypt.ts';
import { bytesOf, type FileSettings, likeInput, prepare } from './settings.ts';

/**
 * Sets a value of an encrypted file's first document; only its lines and the MAC's change.
 * Throws as `decrypt` does, and `usage.set-value` for a path that does not fit the tree or a value that is none.
 *
 * @example
 * sealed = await set(sealed, ['password'], { kind: 'string', value: 'new' }, { format: 'yaml', identities: [identity] });
 */
export async function set<T extends string | Uint8Array>(
  input: T,
  path: Path,
  value: Value,
  settings: DecryptSettings,
): Promise<T> {
  const bench = await prepare(settings, decryptFields);
  return likeInput(
    input,
    setValue(await openInput(input, settings, bench), path, checkedValue(value), bench).bytes,
  );
}

/** Removes a value of an encrypted file's first document. Throws `document.path-not-found`. */
export async function unset<T extends string | Uint8Array>(
  input: T,
  path: Path,
  settings: DecryptSettings,
): Promise<T> {
  const bench = await prepare(settings, decryptFields);
  return likeInput(input, unsetValue(await openInput(input, settings, bench), path, bench));
}

/** Encrypts every value anew with a new data key, for the same keys. */
export async function rotate<T extends string | Uint8Array>(input: T, settings: DecryptSettings): Promise<T> {
  const bench = await prepare(settings, decryptFields);
  return likeInput(input, await rotateFile(await openInput(input, settings, bench), bench));
}

/**
 * Wraps the file's data key for other recipients; values and MAC stay. Somebody removed keeps what he has read: to
 * shut him out, `rotate` too, and change the values.
 */
export async function updateKeys<T extends string | Uint8Array>(
  input: T,
  keyGroups: readonly Recipients[],
  settings: FileSettings & { readonly shamirThreshold?: number },
): Promise<T> {
  const bench = await prepare(settings, ['shamirThreshold']);
  const sealed = await readSealedFile(bench.format, bytesOf(input), keySources);
  const threshold = settings.shamirThreshold ?? Math.min(sealed.metadata.shamirThreshold, keyGroups.length);
  return likeInput(input, await withKeys(sealed, keyGroups.map(masterKeys), threshold, bench.keyring));
}

/**
 * Whether a file holds sops metadata with a version and a MAC. Says nothing about its values, and needs no key.
 * Throws `sops.metadata` for a damaged block.
 */
export async function isEncrypted(
  input: string | Uint8Array,
  settings: Pick<FileSettings, 'format'>,
): Promise<boolean> {
  const { format } = await prepare(settings);
  return hasMetadata(format.parseSealed(bytesOf(input)), keySources);
}
