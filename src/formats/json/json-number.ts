import type { FloatScalar, IntScalar } from '../../tree/value.ts';

/** sops' reading of a JSON number: an int where it fits int64, else a float; `null` beyond 64-bit floats. */
export function numberOf(text: string): IntScalar | FloatScalar | null {
  if (/^-?\d+$/.test(text) && text.length <= 20) {
    const value = BigInt(text);
    if (BigInt.asIntN(64, value) === value) return { kind: 'int', value };
  }
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : null;
}

/** Go's json.Marshal of a float: shortest digits, an exponent below 1e-6 and from 1e21 on, as JavaScript prints it. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
