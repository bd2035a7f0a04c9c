import { SopskitError } from '../errors/sopskit-error.ts';

/** The parts of `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. */
export interface SealedValue {
  readonly data: Uint8Array;
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly type: string;
}

const prefix = 'ENC[AES256_GCM,data:';
// sops' own expression: greedy, not anchored at the end. Its `.` excludes the line feed only.
const shape = /^ENC\[AES256_GCM,data:([^\n]+),iv:([^\n]+),tag:([^\n]+),type:([^\n]+)\]/;

/** As sops writes it: the parts in base64, nothing behind. `shape` would give the same parts, more slowly. */
const plainShape =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]+={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:([a-z]+)\]$/;

/** Whether a text has the shape of a ciphertext. */
export function looksSealed(text: string): boolean {
  return text.startsWith(prefix) && shape.test(text);
}

export function printSealedValue(value: SealedValue): string {
  return `${prefix}${base64(value.data)},iv:${base64(value.iv)},tag:${base64(value.tag)},type:${value.type}]`;
}

/** Reads a ciphertext; what follows its `]` is ignored, as sops does. Throws `cipher.malformed`. */
export function parseSealedValue(text: string): SealedValue {
  const plain = plainShape.exec(text);
  const match = plain ?? (text.startsWith(prefix) ? shape.exec(text) : null);
  if (match === null) {
    throw new SopskitError('cipher.malformed', 'the value is not ciphertext (ENC[AES256_GCM,…])', {
      hint: 'A value that should be encrypted is readable, or the ciphertext was cut. Restore the file, or encrypt the value again.',
    });
  }
  const [, data = '', iv = '', tag = '', type = ''] = match;
  if (plain !== null && data.length % 4 === 0 && iv.length % 4 === 0 && tag.length % 4 === 0) {
    return {
      data: Buffer.from(data, 'base64'),
      iv: Buffer.from(iv, 'base64'),
      tag: Buffer.from(tag, 'base64'),
      type,
    };
  }
  return { data: unbase64(data, 'data'), iv: unbase64(iv, 'iv'), tag: unbase64(tag, 'tag'), type };
}

function base64(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('base64');
}

/** Strict base64 as Go's StdEncoding: padded, carriage returns ignored. */
function unbase64(text: string, part: string): Uint8Array {
  const joined = text.includes('\r') ? text.replaceAll('\r', '') : text;
  if (joined.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(joined)) return Buffer.from(joined, 'base64');
  throw new SopskitError('cipher.malformed', `the ciphertext's ${part} is not base64`, {
    hint: 'The file was damaged after it was encrypted. Restore it from git.',
  });
}
