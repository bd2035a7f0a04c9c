import type { Format, FormatName } from '../../formats/format.ts';
import { formatNamed, formatNameForPath } from '../../formats/registry.ts';

export { sealedFormat } from '../../sops/sealed-format.ts';

/** The format of a plaintext file: the one asked for, or the one of its name. */
export function plainFormat(asked: FormatName | null, name: string): Promise<Format> {
  return formatNamed(asked ?? formatNameForPath(name));
}
