import { describe, expect, it } from 'vitest';
import { binaryFormat } from '../../../src/formats/binary/binary-format.ts';
import type { Edit } from '../../../src/formats/format.ts';
import { codeOf, edited, leaves, map, put, read, sealAll, text } from '../edited.ts';

const metadata: Edit = { kind: 'metadata', value: map({ version: text('3') }) };

describe('binary', () => {
  it('seals any bytes as the JSON that sops prints', () => {
    const document = read(binaryFormat, 'a\xff\n');
    expect(leaves(document)).toMatchObject([{ kind: 'bytes' }]);
    expect(edited(document, ...sealAll(document), metadata)).toBe(
      '{\n\t"data": "ENC[0]",\n\t"sops": {\n\t\t"version": "3"\n\t}\n}\n',
    );
  });

  it('returns the very bytes when the metadata is taken out', () => {
    const sealed = binaryFormat.parseSealed(Buffer.from('{"data": "ENC", "sops": {"version": "3"}}'));
    const [leaf] = leaves(sealed);
    const value = { kind: 'bytes', value: Uint8Array.of(0x61, 0xff) } as const;
    expect(
      edited(sealed, { kind: 'open', leaf: leaf as never, value }, { kind: 'metadata', value: null }),
    ).toBe('a\xff');
  });

  it('keeps the JSON layout of a sealed file', () => {
    const sealed = binaryFormat.parseSealed(Buffer.from('{ "data" :"ENC","sops":{"version":"2"}}'));
    expect(edited(sealed, metadata)).toBe('{ "data" :"ENC","sops":{"version":"3"}}');
  });

  it('sets its one value only', () => {
    expect(edited(read(binaryFormat, 'old'), put(['data'], text('new')))).toBe('new');
    expect(codeOf(() => edited(read(binaryFormat, 'old'), put(['x'], text('new'))))).toBe(
      'document.path-not-found',
    );
  });

  it('prints the example that sops offers', () => {
    const printed = Buffer.from(binaryFormat.emit(binaryFormat.example(), {})).toString();
    expect(printed).toBe('Welcome to SOPS! Edit this file as you please!');
  });

  it('refuses to print what is not one string', () => {
    expect(codeOf(() => binaryFormat.emit([map({ a: text('b') })], {}))).toBe('document.not-emittable');
    expect(codeOf(() => binaryFormat.emit([map({ data: map({}) })], {}))).toBe('document.not-emittable');
    expect(codeOf(() => binaryFormat.emitValue(text('x'), {}))).toBe('document.not-emittable');
  });
});
