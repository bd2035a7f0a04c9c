/** Arithmetic over 2^255 - 19, for public points only: its time depends on its input. */
const prime = 2n ** 255n - 19n;
const curveD = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** Whether 32 bytes encode a point of Ed25519 (RFC 8032, section 5.1.3). */
export function isEdwardsPoint(point: Uint8Array): boolean {
  const y = yOf(point);
  const u = mod(y * y - 1n);
  const v = mod(curveD * y * y + 1n);
  const square = mod(u * power(v, prime - 2n));
  return square === 0n || power(square, (prime - 1n) / 2n) === 1n;
}

/** Maps a point of Ed25519 to the u-coordinate of Curve25519: (1 + y) / (1 - y), little-endian. */
export function montgomeryOf(point: Uint8Array): Uint8Array {
  const y = yOf(point);
  let u = mod((1n + y) * power(mod(1n - y), prime - 2n));
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, u >>= 8n) bytes[i] = Number(u & 255n);
  return bytes;
}

function yOf(point: Uint8Array): bigint {
  const bigEndian = Buffer.from(point).reverse();
  bigEndian[0] = (bigEndian[0] ?? 0) & 0x7f;
  return BigInt(`0x${bigEndian.toString('hex')}`) % prime;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

function mod(value: bigint): bigint {
  const rest = value % prime;
  return rest < 0n ? rest + prime : rest;
}
