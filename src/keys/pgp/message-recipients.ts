import { dearmorMessage } from './armor.ts';

/** A packet of a PGP message: its type and content (RFC 9580, 4.2). */
interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly end: number;
}

/** Stands for a recipient that the sender hid: any key may be the right one. */
const hidden = '0000000000000000';

/**
 * Lists the long key ids that an armored message is encrypted to, upper case. `null` where that cannot be told: a
 * hidden recipient, or text that is no message.
 */
export function messageRecipients(armored: string): readonly string[] | null {
  const bytes = dearmorMessage(armored);
  if (bytes === null) return null;
  const ids: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const packet = readPacket(bytes, offset);
    if (packet === null || packet.tag !== 1) break;
    const id = recipientOf(packet.body);
    if (id === null || id === hidden) return null;
    ids.push(id);
    offset = packet.end;
  }
  return ids.length === 0 ? null : ids;
}

/** Reads a public-key encrypted session key packet: version 3 names a key id, version 6 a fingerprint. */
function recipientOf(body: Uint8Array): string | null {
  if (body[0] === 3 && body.length > 9) return hex(body.subarray(1, 9));
  const length = body[1] ?? 0;
  if (body[0] !== 6 || length < 21 || body.length < 2 + length) return null;
  const fingerprint = body.subarray(3, 2 + length);
  return hex(body[2] === 4 ? fingerprint.subarray(-8) : fingerprint.subarray(0, 8));
}

function readPacket(bytes: Uint8Array, offset: number): Packet | null {
  const first = bytes[offset] ?? 0;
  if ((first & 0x80) === 0) return null;
  const size = first & 0x40 ? newLength(bytes, offset + 1) : oldLength(bytes, offset + 1, first & 3);
  if (size === null || size.start + size.length > bytes.length) return null;
  const end = size.start + size.length;
  return {
    tag: first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f,
    body: bytes.subarray(size.start, end),
    end,
  };
}

function newLength(bytes: Uint8Array, at: number): { start: number; length: number } | null {
  const first = bytes[at] ?? 0;
  if (first < 192) return { start: at + 1, length: first };
  if (first < 224) return { start: at + 2, length: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  return first === 255 ? { start: at + 5, length: bigEndian(bytes, at + 1, 4) } : null;
}

function oldLength(bytes: Uint8Array, at: number, kind: number): { start: number; length: number } | null {
  if (kind === 3) return null;
  const size = 1 << kind;
  return { start: at + size, length: bigEndian(bytes, at, size) };
}

function bigEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
