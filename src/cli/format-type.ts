import type { FormatName } from '../formats/format.ts';
import type { Input } from './command.ts';
import { formatNames } from './flags.ts';

/**
 * Reads `--input-type` or `--output-type`. `null`: by the name of the file. An unknown name is `null` too, as in sops,
 * but with a remark.
 */
export function readType(input: Input, flag: 'input-type' | 'output-type'): FormatName | null {
  const text = input.values.text(flag);
  if (text === null) return null;
  if (formatNames.includes(text)) return text as FormatName;
  input.note(`--${flag} ${JSON.stringify(text)} is ignored: the formats are ${formatNames.join(', ')}`);
  return null;
}
