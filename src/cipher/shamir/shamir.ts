/**
 * Shamir's secret sharing over GF(2^8), part for part what sops makes and joins (its `shamir` package, which comes from
 * HashiCorp Vault; the branch-free field arithmetic follows it closely). A part is one y per byte of the secret, then
 * its x. There is no check value: joining too few parts, or parts of different secrets, gives bytes that mean nothing.
 */
import { SopskitError } from '../../errors/sopskit-error.ts';

/**
 * Splits a secret into `parts` parts, any `threshold` of which give it back. `random` returns as many cryptographically
 * random bytes as asked for; they are wiped. The caller owns the parts and wipes them.
 * Needs 2 ≤ threshold ≤ parts ≤ 255; throws `shamir.invalid` otherwise and for an empty secret.
 */
export function split(
  secret: Uint8Array,
  parts: number,
  threshold: number,
  random: (length: number) => Uint8Array,
): Uint8Array[] {
  if (parts < threshold) throw invalid(`${parts} parts cannot be fewer than the threshold ${threshold}`);
  if (parts > 255) throw invalid(`${parts} parts are more than 255`);
  if (!Number.isInteger(threshold) || !Number.isInteger(parts) || threshold < 2)
    throw invalid(`the threshold is ${threshold} and must be at least 2`);
  if (secret.length === 0) throw invalid('cannot split an empty secret');
  const degree = threshold - 1;
  const coefficients = random(secret.length * degree);
  const shares = Array.from({ length: parts }, (_, index) =>
    evaluateAll(secret, coefficients, degree, index + 1),
  );
  coefficients.fill(0);
  return shares;
}

/** Joins parts to the secret. Throws `shamir.invalid` for fewer than two, different lengths, or the same part twice. */
export function combine(parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0];
  if (first === undefined || parts.length < 2) throw invalid('fewer than two parts cannot give a secret');
  if (first.length < 2) throw invalid('a part must be at least two bytes long');
  if (parts.some((part) => part.length !== first.length)) throw invalid('the parts differ in length');
  const xs = parts.map((part) => part[part.length - 1] ?? 0);
  if (new Set(xs).size !== xs.length) throw invalid('the same part is there twice');

  const secret = new Uint8Array(first.length - 1);
  for (const [index, part] of parts.entries()) {
    const weight = weightAtZero(xs, index);
    for (let at = 0; at < secret.length; at++)
      secret[at] = (secret[at] ?? 0) ^ multiply(part[at] ?? 0, weight);
  }
  return secret;
}

/** Evaluates one polynomial per byte at x, by Horner's rule: the byte is its constant term. */
function evaluateAll(secret: Uint8Array, coefficients: Uint8Array, degree: number, x: number): Uint8Array {
  const part = new Uint8Array(secret.length + 1);
  for (let at = 0; at < secret.length; at++) {
    let y = 0;
    for (let power = degree - 1; power >= 0; power--)
      y = multiply(y ^ (coefficients[at * degree + power] ?? 0), x);
    part[at] = y ^ (secret[at] ?? 0);
  }
  part[secret.length] = x;
  return part;
}

/** Lagrange's basis polynomial of one sample, at zero: the product of xⱼ / (xᵢ - xⱼ). */
function weightAtZero(xs: readonly number[], index: number): number {
  const own = xs[index] ?? 0;
  let weight = 1;
  for (const [other, x] of xs.entries()) {
    if (other !== index) weight = multiply(weight, multiply(x, inverse(own ^ x)));
  }
  return weight;
}

/** a²⁵⁴, which is 1/a, in a fixed chain of multiplications; 0 for 0. */
function inverse(a: number): number {
  let b = multiply(a, a);
  let c = multiply(a, b);
  b = multiply(c, c);
  b = multiply(b, b);
  c = multiply(b, c);
  b = multiply(b, b);
  b = multiply(b, b);
  b = multiply(b, c);
  b = multiply(b, b);
  b = multiply(a, b);
  return multiply(b, b);
}

/** Multiplies modulo x⁸ + x⁴ + x³ + x + 1 without a table or a branch, so that timing tells nothing of the operands. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    const addend = -((b >> bit) & 1) & a;
    const reduction = -(product >> 7) & 0x1b;
    product = (addend ^ reduction ^ (product << 1)) & 0xff;
  }
  return product;
}

function invalid(message: string): SopskitError {
  return new SopskitError('shamir.invalid', `Shamir: ${message}`);
}
