import { decodeRaw, encodeRaw } from './base64.ts';
import { damaged } from './damaged.ts';

const columns = 64;
const bytesPerLine = 48;

/** One `->` section of an age header, and the unit the plugin protocol speaks in. */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** Prints a stanza: its opening line and its body, which always ends with a line shorter than 64 columns. */
export function printStanza(stanza: Stanza): string {
  const body = encodeRaw(stanza.body);
  let text = `-> ${[stanza.type, ...stanza.args].join(' ')}\n`;
  for (let at = 0; at <= body.length; at += columns) text += `${body.slice(at, at + columns)}\n`;
  return text;
}

/** Puts a stanza together line by line, as strictly as filippo.io/age/internal/format. */
export class StanzaBuilder {
  #opening: { type: string; args: string[] } | null = null;
  #body: Uint8Array[] = [];

  /** Takes the next line without its newline; returns the stanza when this line ends it. Throws `key.unavailable`. */
  push(line: string): Stanza | null {
    if (this.#opening === null) {
      this.#opening = parseOpening(line);
      return null;
    }
    const bytes = decodeRaw(line);
    if (bytes === null || bytes.length > bytesPerLine) throw damaged('a stanza body is not canonical base64');
    this.#body.push(bytes);
    if (bytes.length === bytesPerLine) return null;
    const stanza: Stanza = { ...this.#opening, body: Buffer.concat(this.#body) };
    this.#opening = null;
    this.#body = [];
    return stanza;
  }
}

function parseOpening(line: string): { type: string; args: string[] } {
  const [arrow, type, ...args] = line.split(' ');
  if (arrow !== '->' || type === undefined) throw damaged('a stanza does not begin with "-> "');
  if (![type, ...args].every((argument) => /^[\x21-\x7e]+$/.test(argument))) {
    throw damaged('a stanza argument is empty or has a forbidden character');
  }
  return { type, args };
}
