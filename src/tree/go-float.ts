/**
 * Prints a float as Go's `strconv.FormatFloat(value, 'f', -1, 64)`: shortest digits that read back the same, never an
 * exponent. sops uses this form in ciphertexts and in the MAC.
 */
export function printDecimal(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const shortest = String(value);
  const [mantissa = '', exponent] = shortest.split('e');
  if (exponent === undefined) return shortest;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0');
}

/** Prints a float as Go's `strconv.FormatFloat(value, 'g', -1, 32)`, which sigs.k8s.io/yaml makes texts with. */
export function printSingle(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single) || single === 0) return printDecimal(single);
  let shortest = single.toExponential(8);
  for (let digits = 0; digits < 8; digits++) {
    const tried = single.toExponential(digits);
    if (Math.fround(Number(tried)) !== single) continue;
    shortest = tried;
    break;
  }
  const [mantissa = '', exponent = '0'] = shortest.split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return printDecimal(Number(shortest));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
