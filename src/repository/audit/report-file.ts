import { basename } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { readSealed } from './sealed-version.ts';

/**
 * Refuses to write a report over what cannot be made again: an encrypted file, a configuration, a key. Throws
 * `file.unwritable`.
 */
export async function refuseToOverwrite(system: System, file: string): Promise<void> {
  if (system.files.status(file)?.kind !== 'file') return;
  const bytes = system.files.read(file);
  const what = bytes === null ? null : await preciousKind(file, bytes);
  if (what === null) return;
  throw new SopskitError('file.unwritable', `the report would be written over ${what}`, {
    place: { file },
    hint: 'Name another file.',
  });
}

async function preciousKind(file: string, bytes: Uint8Array): Promise<string | null> {
  if (/^\.sops(?:kit)?\.ya?ml$/.test(basename(file))) return 'a configuration';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (/AGE-(?:SECRET-KEY|PLUGIN-\w+)-1|PRIVATE KEY(?: BLOCK)?-----/.test(text)) return 'a private key';
  return (await readSealed(file, bytes)) === null ? null : 'an encrypted file';
}
