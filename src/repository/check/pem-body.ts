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
  const within = text.slice(start, start + longest);
  const end = within.indexOf(`-----END ${label}-----`);
  if (end < 0) return null;
  const prefix = prefixOf(text, text.lastIndexOf('-----BEGIN', start));
  const lines = within
    .slice(0, end)
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

/** What stands before a block on its line: blanks, the sign of a comment or of a diff. The lines of its body have it too. */
function prefixOf(text: string, begin: number): string {
  const before = text.slice(Math.max(text.lastIndexOf('\n', begin) + 1, begin - 100), begin);
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

function isSequence(bytes: Buffer): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== 0x30) return false;
  if (first < 0x80) return bytes.length === first + 2;
  const count = first & 0x7f;
  if (count < 1 || count > 3) return false;
  return bytes.length === bytes.readUIntBE(2, count) + 2 + count;
}
