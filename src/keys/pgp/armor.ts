/**
 * Writes a PGP message the way gpg does: a blank line instead of headers, 64 columns, the CRC-24 of RFC 4880, no final
 * line break. So a diff shows the same shape whoever wrapped the key.
 */
export function armorMessage(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const checksum = Buffer.from(crc24(bytes)).toString('base64');
  return ['-----BEGIN PGP MESSAGE-----', '', ...lines, `=${checksum}`, '-----END PGP MESSAGE-----'].join(
    '\n',
  );
}

/** Returns the bytes of an armored message, or `null` for text that is none. Headers and checksum are passed over. */
export function dearmorMessage(text: string): Uint8Array | null {
  const match = /-----BEGIN PGP MESSAGE-----([\s\S]*?)-----END PGP MESSAGE-----/.exec(text);
  if (match?.[1] === undefined) return null;
  const lines = match[1].split(/\r?\n/).map((line) => line.trim());
  const body = lines.filter((line) => !line.includes(':') && !/^=[A-Za-z0-9+/]{4}$/.test(line)).join('');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(body) ? Uint8Array.from(Buffer.from(body, 'base64')) : null;
}

/** Whether the checksum below an armored text is the one of its bytes, or there is none: gpg refuses others. */
export function hasGoodChecksum(armored: string): boolean {
  const lines = armored.split(/\r?\n/).map((line) => line.trim());
  const body = lines.slice(lines.indexOf('') + 1, -1);
  const sum = body.findLast((line) => /^=[A-Za-z0-9+/]{4}$/.test(line));
  if (sum === undefined) return true;
  const bytes = Buffer.from(body.filter((line) => line !== sum).join(''), 'base64');
  return Buffer.from(crc24(bytes)).toString('base64') === sum.slice(1);
}

function crc24(bytes: Uint8Array): [number, number, number] {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return [(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff];
}
