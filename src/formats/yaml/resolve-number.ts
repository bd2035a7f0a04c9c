import type { Resolved } from './resolve.ts';

const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

/** Resolves an integer or float as go-yaml's resolve.go does with Go's strconv, or `null` if it is neither. */
export function resolveNumber(value: string): Resolved | null {
  const first = value.charCodeAt(0);
  if (first === 0x2e) return resolvePointFloat(value);
  const isNumeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (!isNumeric) return null;
  const plain = value.includes('_') ? value.replaceAll('_', '') : value;
  return resolveInteger(plain) ?? resolveDecimalFloat(plain) ?? resolveOddInteger(plain);
}

/** Decimal, `0x`, `0o`, `0b`, and a leading 0 for octal; a sign in front. */
function resolveInteger(plain: string): Resolved | null {
  const parts =
    /^([-+]?)(?:(0[xX])([0-9a-fA-F]+)|(0[bB])([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/.exec(plain);
  if (parts === null) return null;
  const [, sign = '', hex, hexDigits = '', binary, binaryDigits = '', octalDigits, oldOctalDigits, decimal] =
    parts;
  if (decimal !== undefined) return inRange(sign, decimal.length > 20 ? maxUint64 + 1n : BigInt(decimal));
  if (hex !== undefined) return inRange(sign, BigInt(`0x${hexDigits}`));
  if (binary !== undefined) return inRange(sign, BigInt(`0b${binaryDigits}`));
  return inRange(sign, BigInt(`0o0${octalDigits ?? oldOctalDigits ?? ''}`));
}

/** `0b` and `0o` with a sign behind the prefix: go-yaml reads `0b-1` as -1. */
function resolveOddInteger(plain: string): Resolved | null {
  const parts = /^0(?:b([-+])([01]+)|o([-+])([0-7]+))$/.exec(plain);
  if (parts === null) return null;
  const [, binarySign, binaryDigits = '', octalSign = '', octalDigits = ''] = parts;
  const number = binarySign === undefined ? BigInt(`0o${octalDigits}`) : BigInt(`0b${binaryDigits}`);
  return inRange(binarySign ?? octalSign, number);
}

function inRange(sign: string, magnitude: bigint): Resolved | null {
  const value = sign === '-' ? -magnitude : magnitude;
  if (value <= maxInt64 && value >= -maxInt64 - 1n) return { kind: 'int', value };
  return sign === '' && value <= maxUint64 ? { kind: 'uint', value } : null;
}

function resolveDecimalFloat(plain: string): Resolved | null {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain)) return null;
  return finite(plain);
}

/** A float that begins with its point; unlike elsewhere, underscores must stand between digits. */
function resolvePointFloat(value: string): Resolved | null {
  if (!/^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/.test(value)) return null;
  return finite(value.replaceAll('_', ''));
}

/** What overflows a float64 stays a string. */
function finite(text: string): Resolved | null {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : null;
}
