import { decodePadded, encodePadded } from './base64.ts';
import { damaged } from './damaged.ts';

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const columns = 64;
const bytesPerLine = 48;
const maxWhitespace = 1024;

/** Armors an age file exactly as Go's armor writer does: 64 columns, LF, a final newline. */
export function encodeArmor(file: Uint8Array): string {
  const text = encodePadded(file);
  const lines: string[] = [begin];
  for (let at = 0; at < text.length; at += columns) lines.push(text.slice(at, at + columns));
  lines.push(end, '');
  return lines.join('\n');
}

/**
 * Takes the armor off, as strictly as Go's armor reader (filippo.io/age/armor): white space around it and CRLF line
 * ends are accepted, nothing else is. Throws `key.unavailable`.
 */
export function decodeArmor(text: string): Uint8Array {
  const start = skipWhitespace(text);
  const lines = text.slice(start).split('\n');
  let at = 0;
  const next = (): string => {
    const line = lines[at++];
    if (line === undefined || (line === '' && at === lines.length)) throw damaged('the armor ends too early');
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  if (next() !== begin) throw damaged('it does not begin with the armor header');
  const chunks: Uint8Array[] = [];
  for (let line = next(); line !== end; line = next()) {
    const bytes = decodeLine(line);
    chunks.push(bytes);
    if (bytes.length === bytesPerLine) continue;
    if (next() !== end) throw damaged('a short line stands inside the armor');
    break;
  }
  checkTrailing(lines.slice(at).join('\n'));
  return Buffer.concat(chunks);
}

function skipWhitespace(text: string): number {
  let start = 0;
  for (;;) {
    const newline = text.indexOf('\n', start);
    if (newline < 0 || text.slice(start, newline).trim() !== '') return start;
    start = newline + 1;
    if (start > maxWhitespace) throw damaged('too much white space stands before the armor');
  }
}

function decodeLine(line: string): Uint8Array {
  if (line === '') throw damaged('an empty line stands inside the armor');
  if (line.length > columns) throw damaged('an armor line is too long');
  // Go's decoder skips carriage returns wherever they stand.
  const bytes = decodePadded(line.replaceAll('\r', ''));
  if (bytes === null) throw damaged('an armor line is not canonical base64');
  return bytes;
}

function checkTrailing(rest: string): void {
  if (rest.slice(0, maxWhitespace).trim() !== '') throw damaged('data follows the armor');
  if (rest.length >= maxWhitespace) throw damaged('too much white space follows the armor');
}
