/** A key that is longer than this is none. */
const longest = 64 * 1024;

export interface PemKey {
  readonly kind: 'pgp' | 'ssh' | 'pem';
  /** Whether a passphrase protects it, as far as its text says so. */
  readonly protected: boolean;
}

/**
 * Reads what stands behind `-----BEGIN <label>-----`, also indented, behind comment signs, or on one line with `\n` for
 * line breaks. `null` where it is no key: a placeholder, a mere mention.
 */
export function decodePem(text: string, start: number, label: string): PemKey | null {
  const end = endOf(text, start, label);
  if (end === null) return null;
  const prefix = prefixOf(text, text.lastIndexOf('-----BEGIN', start));
  const lines = text
    .slice(start, end)
    .replaceAll(/\\+[rn]/g, '\n')
    .split(/[\r\n]+/)
    .map((line) => (line.startsWith(prefix) ? line.slice(prefix.length) : line))
    .map((line) => line.replace(/^[\s#*"'>|,-]+/, '').replace(/[\s"',\\]+$/, ''));
  const body = lines
    .filter((line) => line !== '' && !line.includes(':') && !/^=[A-Za-z0-9+/]{4}$/.test(line))
    .join('');
  if (!/^[A-Za-z0-9+/\s]+=*$/.test(body)) return null;
  const bytes = Buffer.from(body.replaceAll(/\s/g, ''), 'base64');
  const isProtected = label.startsWith('ENCRYPTED ') || lines.some((line) => line.includes('ENCRYPTED'));
  return bytes.length < 32 ? null : keyOf(bytes, label, isProtected);
}

/** Where the body ends: no other block may begin in it, so that many beginnings are not many searches. */
function endOf(text: string, start: number, label: string): number | null {
  let dashes = text.indexOf('-----', start);
  if (dashes < 0 || dashes - start > longest) return null;
  while (text[dashes + 5] === '-') dashes++; // in a diff
  return text.startsWith(`-----END ${label}-----`, dashes) ? dashes : null;
}

/** What stands before a block on its line: blanks, the sign of a comment or of a diff. The lines of its body have it too. */
function prefixOf(text: string, begin: number): string {
  const near = text.slice(Math.max(0, begin - 100), begin);
  const before = near.slice(near.lastIndexOf('\n') + 1);
  return /^[^A-Za-z0-9]*$/.test(before) ? before : '';
}

function keyOf(bytes: Buffer, label: string, isProtected: boolean): PemKey | null {
  if (label.startsWith('PGP ')) return isSecretKeyPacket(bytes) ? { kind: 'pgp', protected: false } : null;
  if (label.startsWith('OPENSSH ')) {
    const magic = Buffer.from('openssh-key-v1\0', 'latin1');
    if (!bytes.subarray(0, magic.length).equals(magic)) return null;
    const length = bytes.readUInt32BE(magic.length);
    return {
      kind: 'ssh',
      protected: bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none',
    };
  }
  // a passphrase the old way (Proc-Type) leaves no structure; all others are a DER sequence that fills the body
  if (!isProtected && !isSequence(bytes)) return null;
  return { kind: /^(?:RSA|DSA|EC) /.test(label) ? 'ssh' : 'pem', protected: isProtected };
}

/** The tag of a secret key or subkey, in the old or the new form (RFC 9580, 4.2). */
function isSecretKeyPacket([first = 0]: Uint8Array): boolean {
  const tag = (first & 0x40) !== 0 ? first & 0x3f : (first >> 2) & 0x0f;
  return (first & 0x80) !== 0 && (tag === 5 || tag === 7);
}

/** Algorithms of public keys (RFC 9580, 9.1). */
const algorithms = new Set([1, 2, 3, 16, 17, 18, 19, 22, 25, 26, 27, 28]);

/** Whether a file begins as `gpg --export-secret-keys` writes it: a secret key packet, with a version, time and algorithm. */
export function isSecretKeyFile(text: string): boolean {
  const first = text.charCodeAt(0);
  if (!(first >= 0x80 && first <= 0xff) || text.length < 64) return false;
  const bytes = Buffer.from(text.slice(0, 16), 'latin1');
  if (!isSecretKeyPacket(bytes)) return false;
  const [, size = 0] = bytes;
  const isNew = (first & 0x40) !== 0;
  const lengthOctets = isNew ? (size < 192 ? 1 : size < 224 ? 2 : 5) : ([1, 2, 4][first & 3] ?? 1);
  const [version = 0, year = 0, , , , algorithm = 0] = bytes.subarray(1 + lengthOctets);
  return version >= 4 && version <= 6 && year >= 0x20 && algorithms.has(algorithm);
}

function isSequence(bytes: Buffer): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== 0x30) return false;
  if (first < 0x80) return bytes.length === first + 2;
  const count = first & 0x7f;
  if (count < 1 || count > 3) return false;
  return bytes.length === bytes.readUIntBE(2, count) + 2 + count;
}
