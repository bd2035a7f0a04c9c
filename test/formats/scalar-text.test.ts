import { describe, expect, it } from 'vitest';
import { scalarText } from '../../src/formats/scalar-text.ts';

describe('scalarText', () => {
  // Printed by Go's strconv.FormatFloat(v, 'G', -1, 64) and sops' rule for whole numbers.
  it.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [1.5, '1.5'],
    [100000, '100000.0'],
    [123456.789, '123456.789'],
    [1234567, '1.234567E+06'],
    [1e6, '1E+06'],
    [1e21, '1E+21'],
    [1.5e300, '1.5E+300'],
    [0.0001, '0.0001'],
    [0.00001, '1E-05'],
    [-12.25, '-12.25'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [5e-324, '5E-324'],
    [999999.5, '999999.5'],
  ])('prints the float %d as %s', (value, text) => {
    expect(scalarText({ kind: 'float', value })).toBe(text);
  });

  it('prints other scalars as sops does', () => {
    expect(scalarText({ kind: 'null' })).toBe('<nil>');
    expect(scalarText({ kind: 'bool', value: true })).toBe('true');
    expect(scalarText({ kind: 'int', value: -(2n ** 63n) })).toBe('-9223372036854775808');
    expect(scalarText({ kind: 'time', value: '2024-01-02T03:04:05.6Z' })).toBe('2024-01-02T03:04:05Z');
    expect(scalarText({ kind: 'string', value: 'é' })).toBe('\xc3\xa9');
    expect(scalarText({ kind: 'bytes', value: Uint8Array.of(0xff) })).toBe('\xff');
  });
});
