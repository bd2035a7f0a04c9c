/** One block of a PEM file. */
export interface Pem {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
  /** The block as it stands, for node:crypto. */
  readonly text: string;
}

/** Returns the first PEM block of a text, or `null` when there is none. */
export function findPem(text: string): Pem | null {
  const match = /^-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n([\s\S]*?)^-----END \1-----/m.exec(text);
  const [whole, type, inside] = match ?? [];
  if (whole === undefined || type === undefined || inside === undefined) return null;
  const lines = inside.split(/\r?\n/);
  const headers = new Map<string, string>();
  while (lines[0]?.includes(':')) {
    const [name = '', ...value] = (lines.shift() ?? '').split(':');
    headers.set(name.trim(), value.join(':').trim());
  }
  const bytes = Buffer.from(lines.join('').replace(/\s/g, ''), 'base64');
  return { type, headers, bytes, text: `${whole}\n` };
}
