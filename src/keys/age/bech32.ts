import { SopskitError } from '../../errors/sopskit-error.ts';

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const checksumLength = 6;

export interface Bech32 {
  /** The part before the last `1`, in the case it was written in. */
  readonly prefix: string;
  readonly data: Uint8Array;
}

/**
 * Encodes bytes as Bech32 (BIP 173) without a length limit, as age does; an upper-case prefix gives upper-case text.
 */
export function encodeBech32(prefix: string, data: Uint8Array): string {
  const lower = prefix.toLowerCase();
  const values = regroup(data, 8, 5);
  const mod = polymod([...expandPrefix(lower), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  for (let i = 0; i < checksumLength; i++) values.push((mod >>> (5 * (checksumLength - 1 - i))) & 31);
  const text = `${lower}1${values.map((value) => alphabet[value]).join('')}`;
  return prefix === lower ? text : text.toUpperCase();
}

/** Decodes Bech32 as strictly as age: one case, checksum, zero padding. Throws `key.invalid`, never quoting the text. */
export function decodeBech32(text: string): Bech32 {
  const lower = text.toLowerCase();
  if (lower !== text && text.toUpperCase() !== text) throw invalid('it mixes upper and lower case');
  const separator = text.lastIndexOf('1');
  if (separator < 1 || separator + checksumLength + 1 > text.length) throw invalid('it is cut short');
  const prefix = text.slice(0, separator);
  if (!/^[\x21-\x7e]+$/.test(prefix)) throw invalid('it has a character that no key has');
  const values = Array.from(lower.slice(separator + 1), (character) => alphabet.indexOf(character));
  if (values.includes(-1)) throw invalid('it has a character that no key has');
  if (polymod([...expandPrefix(lower.slice(0, separator)), ...values]) !== 1) {
    throw invalid('its checksum is wrong: a character was changed or lost');
  }
  return { prefix, data: ungroup(values.slice(0, -checksumLength)) };
}

function invalid(reason: string): SopskitError {
  return new SopskitError('key.invalid', reason);
}

function expandPrefix(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    generator.forEach((constant, bit) => {
      if ((top >>> bit) & 1) checksum ^= constant;
    });
  }
  return checksum >>> 0;
}

function regroup(data: Iterable<number>, from: number, to: number): number[] {
  const out: number[] = [];
  const rest = eachGroup(data, from, to, out);
  if (rest.bits > 0) out.push((rest.value << (to - rest.bits)) & ((1 << to) - 1));
  return out;
}

function ungroup(values: readonly number[]): Uint8Array {
  const out: number[] = [];
  const rest = eachGroup(values, 5, 8, out);
  if (rest.bits >= 5 || ((rest.value << (8 - rest.bits)) & 0xff) !== 0)
    throw invalid('its padding is not zero');
  return Uint8Array.from(out);
}

function eachGroup(
  data: Iterable<number>,
  from: number,
  to: number,
  out: number[],
): { value: number; bits: number } {
  let value = 0;
  let bits = 0;
  for (const unit of data) {
    value = ((value << from) | unit) & 0xffff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      out.push((value >>> bits) & ((1 << to) - 1));
    }
  }
  return { value: value & ((1 << bits) - 1), bits };
}
