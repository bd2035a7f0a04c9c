import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cipher } from '../../src/cipher/cipher.ts';
import { looksSealed, parseSealedValue } from '../../src/cipher/sealed-value.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { Leaf } from '../../src/tree/value.ts';

const key = () => new Secret(Buffer.alloc(32, 7));
const cipher = (secret = key()) => new Cipher(secret, (length) => randomBytes(length));

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }).map((value): Leaf => ({ kind: 'string', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Leaf => ({ kind: 'int', value })),
  fc.double().map((value): Leaf => ({ kind: 'float', value })),
  fc.boolean().map((value): Leaf => ({ kind: 'bool', value })),
  fc.string({ minLength: 1 }).map((text): Leaf => ({ kind: 'comment', text, inline: false })),
  fc.constant<Leaf>({ kind: 'time', value: '2024-01-02T03:04:05.6+02:00' }),
);

describe('Cipher', () => {
  it('opens what it sealed, with type and value', () => {
    fc.assert(
      fc.property(leaf, fc.string(), (value, additionalData) => {
        const sealed = cipher().seal(value, additionalData);
        expect(looksSealed(sealed)).toBe(true);
        expect(cipher().open(sealed, additionalData)).toEqual(value);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('keeps bytes that are not UTF-8, as type:str', () => {
    const value: Leaf = { kind: 'bytes', value: Buffer.from([0xff, 0xfe, 0]) };
    const sealed = cipher().seal(value, 'data:');
    expect(parseSealedValue(sealed).type).toBe('str');
    const opened = cipher().open(sealed, 'data:');
    expect(opened.kind === 'bytes' && [...opened.value]).toEqual([0xff, 0xfe, 0]);
  });

  it('seals nothing of an empty string or comment', () => {
    expect(cipher().seal({ kind: 'string', value: '' }, 'a:')).toBe('');
    expect(cipher().seal({ kind: 'comment', text: '', inline: false }, 'a:')).toBe('');
    expect(cipher().open('', 'a:')).toEqual({ kind: 'string', value: '' });
  });

  it('ignores what follows the closing bracket, as sops does', () => {
    const sealed = cipher().seal({ kind: 'string', value: 'hello' }, 'a:');
    expect(cipher().open(`${sealed}\n`, 'a:')).toEqual({ kind: 'string', value: 'hello' });
  });

  it('gives unchanged values their ciphertext back, also several equal ones in a list', () => {
    const value: Leaf = { kind: 'string', value: 'same' };
    const first = cipher().seal(value, 'list:');
    const second = cipher().seal(value, 'list:');
    const again = cipher();
    again.open(first, 'list:');
    again.open(second, 'list:');
    expect([again.seal(value, 'list:'), again.seal(value, 'list:')]).toEqual([first, second]);
    expect(again.seal(value, 'other:')).not.toBe(first);
    expect(again.seal({ kind: 'comment', text: 'same', inline: false }, 'list:')).not.toBe(first);
  });

  it.each<[string, (text: string) => string, string]>([
    ['another place', (text) => text, 'b:'],
    [
      'changed data',
      (text) => text.replace(/data:./, (part) => `data:${part.endsWith('A') ? 'B' : 'A'}`),
      'a:',
    ],
    ['a cut tag', (text) => text.replace(/tag:[^,]+/, 'tag:AAAA'), 'a:'],
  ])('refuses %s', (_, damage, additionalData) => {
    const sealed = cipher().seal({ kind: 'string', value: 'canary-3f1c' }, 'a:');
    expectCode(() => cipher().open(damage(sealed), additionalData), 'cipher.authentication');
  });

  it.each([
    'plain text canary-3f1c',
    'ENC[AES256_GCM,data:,iv:AA==,tag:AA==,type:str]',
    'ENC[AES256_GCM,data:!!,iv:AA==,tag:AA==,type:str]',
    'ENC[AES256_GCM,data:AAA,iv:AA==,tag:AA==,type:str]',
  ])('refuses %s as malformed, without quoting it', (text) => {
    expectCode(() => cipher().open(text, 'a:'), 'cipher.malformed');
  });

  it('refuses a value whose bytes are not of its type', () => {
    const sealed = cipher()
      .seal({ kind: 'string', value: 'not a number' }, 'a:')
      .replace('type:str', 'type:int');
    expectCode(() => cipher().open(sealed, 'a:'), 'cipher.malformed');
  });
});

function expectCode(run: () => unknown, code: string): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SopskitError);
    expect((error as SopskitError).code).toBe(code);
    expect((error as SopskitError).message).not.toContain('canary');
    return;
  }
  throw new Error(`expected ${code}, got a value`);
}
