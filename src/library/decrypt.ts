import type { FormatName } from '../formats/format.ts';
import { formatNamed } from '../formats/registry.ts';
import { keySources } from '../keys/registry.ts';
import { decryptedBytes } from '../sops/decrypt.ts';
import { type OpenFile, openFile } from '../sops/open-file.ts';
import { readSealedFile } from '../sops/sealed-file.ts';
import { extractNode } from '../tree/extract.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping, Node } from '../tree/value.ts';
import { type Bench, bytesOf, type FileSettings, likeInput, prepare } from './settings.ts';

export interface DecryptSettings extends FileSettings {
  /** Format of the result. Default: the file's own, in the file's own layout. */
  readonly outputFormat?: FormatName;
  /** Open a file whose MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
}

/** What these functions take besides `FileSettings`. */
export const decryptFields: readonly string[] = ['outputFormat', 'ignoreMac'];

/**
 * Decrypts a file and checks its MAC. Returns text for text and bytes for bytes.
 *
 * Throws a SopskitError: `sops.not-encrypted`, `sops.metadata`, `key.unavailable`, `sops.decrypt` (placed), `sops.mac`.
 *
 * @example
 * const plain = await decrypt(sealed, { format: 'yaml', identities: [identity] });
 */
export async function decrypt<T extends string | Uint8Array>(
  input: T,
  settings: DecryptSettings,
): Promise<T> {
  const bench = await prepare(settings, decryptFields);
  const open = await openInput(input, settings, bench);
  const outputFormat =
    settings.outputFormat === undefined ? bench.format : await formatNamed(settings.outputFormat);
  return likeInput(input, decryptedBytes(open, { outputFormat, style: bench.style }));
}

/**
 * Decrypts a file into its tree: one mapping per document, keys in the order of the file, ints as `bigint`.
 * Throws as `decrypt` does.
 *
 * @example
 * const [tree] = await decryptTree(sealed, { format: 'yaml', identities: [identity] });
 */
export async function decryptTree(
  input: string | Uint8Array,
  settings: DecryptSettings,
): Promise<readonly Mapping[]> {
  return (await openInput(input, settings, await prepare(settings, decryptFields))).branches;
}

/**
 * Decrypts a file and returns the value at a path of its first document. Throws `document.path-not-found` too.
 *
 * @example
 * const password = await extract(sealed, ['password'], { format: 'yaml', identities: [identity] });
 */
export async function extract(
  input: string | Uint8Array,
  path: Path,
  settings: DecryptSettings,
): Promise<Node> {
  return extractNode((await decryptTree(input, settings))[0], path);
}

/** Reads and opens a file. */
export async function openInput(
  input: string | Uint8Array,
  settings: Pick<DecryptSettings, 'ignoreMac'>,
  { format, system, keyring }: Bench,
): Promise<OpenFile> {
  const sealed = await readSealedFile(format, bytesOf(input), keySources);
  return openFile(sealed, { system, keyring, ignoreMac: settings.ignoreMac === true });
}
