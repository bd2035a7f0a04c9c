import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBech32, encodeBech32 } from '../../../src/keys/age/bech32.ts';

describe('Bech32', () => {
  it('gives back what it encoded, in the case of the prefix', () => {
    const prefixes = fc.constantFrom('age', 'age1name', 'AGE-SECRET-KEY-', 'AGE-PLUGIN-NAME-');
    fc.assert(
      fc.property(prefixes, fc.uint8Array({ maxLength: 2000 }), (prefix, data) => {
        const decoded = decodeBech32(encodeBech32(prefix, data));
        expect(decoded.prefix).toBe(prefix);
        expect(Buffer.from(decoded.data).equals(data)).toBe(true);
      }),
    );
  });

  it.each([
    // BIP 173
    'A12UEL5L',
    'an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs',
    'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw',
  ])('accepts %s', (text) => {
    expect(decodeBech32(text).prefix).toBe(text.slice(0, text.lastIndexOf('1')));
  });

  it.each([
    ['no separator', 'pzry9x0s0muk'],
    ['empty prefix', '1pzry9x0s0muk'],
    ['a character that is none', 'x1b4n0q5v'],
    ['a short checksum', 'li1dgmt3'],
    ['a wrong checksum', 'A1G7SGD8'],
    ['mixed case', 'a12UEL5L'],
    ['a prefix outside ASCII', '\u{80}1eym55h'],
    ['padding that is not zero', 'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lp9yx5k'],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeBech32(text)).toThrowError(expect.objectContaining({ code: 'key.invalid' }));
  });
});
