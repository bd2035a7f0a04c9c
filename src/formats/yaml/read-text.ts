import { isUtf8 } from 'node:buffer';
import { SopskitError } from '../../errors/sopskit-error.ts';

export interface DecodedText {
  /** The text without its byte order mark. */
  readonly text: string;
  readonly bom: boolean;
}

/** What go-yaml does not read: everything but tab, line breaks and the printable characters of YAML 1.1. */
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const binaryHint = 'If this is not a text file, say so: --input-type binary.';

/**
 * Decodes a YAML file, which must be UTF-8. Throws `document.unsupported` for UTF-16 (which go-yaml reads, but whose
 * layout could not be kept) and for a doubled byte order mark; `document.syntax` for bytes that are not text.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf16(buffer)) {
    throw new SopskitError('document.unsupported', 'YAML: the file is UTF-16', { hint: 'Save it as UTF-8.' });
  }
  if (!isUtf8(buffer)) throw notUtf8(buffer);
  const whole = buffer.toString('utf8');
  const bom = whole.startsWith('\ufeff');
  const text = bom ? whole.slice(1) : whole;
  if (text.startsWith('\ufeff')) {
    const hint = 'Remove one of them.';
    throw new SopskitError('document.unsupported', 'YAML: the file begins with two byte order marks', {
      hint,
    });
  }
  const control = controlCharacter.exec(text);
  if (control !== null) throw notText(text, control.index);
  return { text, bom };
}

function isUtf16(buffer: Buffer): boolean {
  return (buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0xfe && buffer[1] === 0xff);
}

function notUtf8(buffer: Buffer): SopskitError {
  let line = 1;
  let start = 0;
  for (
    let end = buffer.indexOf(0x0a);
    end >= 0 && isUtf8(buffer.subarray(start, end));
    end = buffer.indexOf(0x0a, start)
  ) {
    line += 1;
    start = end + 1;
  }
  return new SopskitError('document.syntax', 'YAML: the file is not valid UTF-8', {
    place: { line },
    hint: `Save it as UTF-8. ${binaryHint}`,
  });
}

function notText(text: string, index: number): SopskitError {
  const before = text.slice(0, index).split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  const place = { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
  const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
  return new SopskitError('document.syntax', `YAML: the control character U+${code} is not allowed`, {
    place,
    hint: `In a double-quoted value it can be written as an escape. ${binaryHint}`,
  });
}
