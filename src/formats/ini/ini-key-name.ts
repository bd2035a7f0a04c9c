import type { ByteText } from '../byte-text.ts';
import { trimmed, trimSpace } from './ini-space.ts';

/** A key's name, and the offset behind its delimiter. */
export interface IniKeyName {
  readonly name: ByteText;
  /** Offset behind the name as written. */
  readonly nameEnd: number;
  readonly valueFrom: number;
}

/** Reads the key at the start of a line, following ini.v1's readKeyName. A string says what is wrong. */
export function readKeyName(text: ByteText, start: number, lineEnd: number): IniKeyName | string {
  const line = text.slice(start, lineEnd);
  const quote = line.length > 6 && line.startsWith('"""') ? '"""' : (/^["`]/.exec(line)?.[0] ?? '');
  const close = quote === '' ? -1 : line.indexOf(quote, quote.length);
  if (quote !== '' && close === -1) return 'the quotes around a key are not closed';
  const behind = quote === '' ? 0 : close + quote.length;
  const found = line.slice(behind).search(/[=:]/);
  if (found === -1) return 'a line is neither a section, a comment nor "key = value"';
  if (quote === '' && found === 0) return 'a key has no name';
  const name = trimmed(quote === '' ? line.slice(0, found) : line.slice(quote.length, close));
  if (name === '') return 'a key has no name';
  const delimiter = start + behind + found;
  return { name, nameEnd: trimSpace(text, start, delimiter), valueFrom: delimiter + 1 };
}
