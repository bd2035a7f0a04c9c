import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { FormatName } from '../../../formats/format.ts';
import { formatNameForPath } from '../../../formats/registry.ts';
import { keySources } from '../../../keys/registry.ts';
import type { ManyFile } from '../../../repository/many/outcome.ts';
import { readSealedFile, type SealedFile } from '../../../sops/sealed-file.ts';
import { sealedFormat } from '../file-format.ts';

/** How the metadata of each format begins; binary files are JSON, or what their metadata says. */
const marks: Readonly<Record<FormatName, RegExp>> = {
  yaml: /^(?:sops|"sops"|'sops')[ \t]*:/m,
  json: /"sops"\s*:/,
  dotenv: /^sops_\w+=/m,
  ini: /^\[sops\]/m,
  binary: /"sops"\s*:|^sops:|^sops_\w+=|^\[sops\]/m,
};
const ciphertext = 'ENC[AES256_GCM,';

/**
 * Reads a file that carries sops metadata, or returns `null` for one that does not: cheaply by its bytes first, and then
 * properly. Metadata that is broken, and ciphertext without metadata, throw as `readSealedFile` does. A file found in a
 * folder is given the benefit of the doubt where it only speaks of sops: a chart's values, a page of documentation.
 */
export async function findSealed(
  { path, named }: ManyFile,
  bytes: Uint8Array,
  inputType: FormatName | null,
): Promise<SealedFile | null> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSealed = view.includes(ciphertext);
  if (!isSealed && !view.includes('sops')) return null;
  const known = inputType ?? formatNameForPath(path);
  const format = await sealedFormat(inputType, path, bytes);
  try {
    return await readSealedFile(format, bytes, keySources);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    if (error.code === 'sops.not-encrypted' && !isSealed) return null;
    const text = view.toString('latin1');
    if (!isSealed && (!marks[format.name].test(text) || isSomebodyElses(error, text))) return null;
    // without a name that tells the format, a text is no SOPS file until it can be read as one
    const isProse =
      known === 'binary' &&
      !text.startsWith('{') &&
      !(/\blastmodified\b/.test(text) && error.code === 'sops.metadata');
    if (isProse && !named) return null;
    throw error;
  }
}

/** A `sops` entry that has none of the fields that sops always writes, beside no ciphertext: a chart's own value. */
function isSomebodyElses(error: SopskitError, text: string): boolean {
  return error.code === 'sops.metadata' && !/\b(?:lastmodified|mac)\b/.test(text);
}
