import type { Format, FormatName } from '../formats/format.ts';
import { formatNamed, formatNameForPath } from '../formats/registry.ts';

/**
 * The format of an encrypted file: the one asked for, or the one of its name. A name that says nothing (sops: binary)
 * leaves it to the file: `talosconfig`, `kubeconfig` or standard input are known by where their metadata lies.
 */
export async function sealedFormat(
  asked: FormatName | null,
  name: string,
  bytes: Uint8Array,
): Promise<Format> {
  const named = asked ?? formatNameForPath(name);
  if (asked !== null || named !== 'binary') return formatNamed(named);
  return formatNamed(formatByMetadata(bytes));
}

function formatByMetadata(bytes: Uint8Array): FormatName {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (/^\s*\{/.test(text)) return 'binary';
  if (/^\[sops\]\s*$/m.test(text)) return 'ini';
  if (/^sops_(version|mac|lastmodified)=/m.test(text)) return 'dotenv';
  if (/^sops:/m.test(text)) return 'yaml';
  return 'binary';
}
