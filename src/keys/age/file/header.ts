import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeRaw, encodeRaw } from './base64.ts';
import { deriveKey } from './cryptography.ts';
import { damaged } from './damaged.ts';
import { printStanza, type Stanza, StanzaBuilder } from './stanza.ts';

const intro = 'age-encryption.org/v1';
const closing = '---';
const macLength = 32;
const noSalt = new Uint8Array(0);

export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Uint8Array;
  /** The header as it stands in the file, closing line included. */
  readonly text: Uint8Array;
}

/** Prints a header with its MAC. */
export function printHeader(fileKey: Uint8Array, stanzas: readonly Stanza[]): Uint8Array {
  const text = `${intro}\n${stanzas.map(printStanza).join('')}${closing}`;
  return Buffer.from(`${text} ${encodeRaw(macOf(fileKey, Buffer.from(text)))}\n`);
}

/** Reads the header of an age file, as strictly as filippo.io/age. Throws `key.unavailable`. */
export function parseHeader(file: Uint8Array): Header {
  let at = 0;
  const next = (): string => {
    const newline = file.indexOf(0x0a, at);
    if (newline < 0) throw damaged('its header ends too early');
    const line = Buffer.from(file.buffer, file.byteOffset + at, newline - at).toString('latin1');
    at = newline + 1;
    return line;
  };
  if (next() !== intro) throw damaged('it is not an age v1 file');
  const stanzas: Stanza[] = [];
  const builder = new StanzaBuilder();
  let inside = false;
  for (;;) {
    const line = next();
    if (!inside && line.startsWith(closing)) {
      return { stanzas, mac: parseClosing(line), text: file.subarray(0, at) };
    }
    const stanza = builder.push(line);
    inside = stanza === null;
    if (stanza !== null) stanzas.push(stanza);
  }
}

/** Whether the header's MAC is the one of this file key. */
export function authenticates(fileKey: Uint8Array, header: Header): boolean {
  const signed = header.text.subarray(0, header.text.lastIndexOf(0x20));
  return timingSafeEqual(macOf(fileKey, signed), header.mac);
}

function parseClosing(line: string): Uint8Array {
  const [prefix, encoded, ...more] = line.split(' ');
  const mac = prefix === closing && encoded !== undefined && more.length === 0 ? decodeRaw(encoded) : null;
  if (mac === null || mac.length !== macLength) throw damaged('its header has no proper closing line');
  return mac;
}

function macOf(fileKey: Uint8Array, signed: Uint8Array): Uint8Array {
  return createHmac('sha256', deriveKey(fileKey, noSalt, 'header'))
    .update(signed)
    .digest();
}
