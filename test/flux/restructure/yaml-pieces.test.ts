import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  editText,
  piecesOf,
  textsOf,
  withoutPiece,
  withPiece,
} from '../../../src/flux/restructure/yaml-pieces.ts';

const three = '# head\n---\na: 1\n---\n# two\nb: 2\n--- # three\nc: 3\n';

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

describe('documents of a file', () => {
  it('are cut at their marks', () => {
    const pieces = piecesOf(Buffer.from(three));
    expect(pieces.map((piece) => piece.text)).toEqual([
      '# head\n',
      '---\na: 1\n',
      '---\n# two\nb: 2\n',
      '--- # three\nc: 3\n',
    ]);
    expect(pieces.map(({ tree }) => tree !== null)).toEqual([false, true, true, true]);
  });

  it('a mark in a literal is none', () => {
    const source = 'a: |\n  x\n  --- y\n---\nb: "---"\n';
    expect(textsOf(Buffer.from(source))).toHaveLength(2);
  });

  it('joined are the file, byte for byte', () => {
    const part = fc.constantFrom(
      '---\n',
      '---\r\n',
      'a: 1\n',
      '# ---\n',
      '--- x\n',
      ' ---\n',
      '\xff\n',
      '...\n',
      '',
      '---',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const bytes = Buffer.from(parts.join(''), 'latin1');
        expect(Buffer.compare(bytesOf(textsOf(bytes).map((one) => ({ text: one }))), bytes)).toBe(0);
      }),
    );
  });

  it('one is taken out, and the rest stays', () => {
    const pieces = piecesOf(Buffer.from(three));
    expect(text(withoutPiece(pieces, 2))).toBe('# head\n---\na: 1\n--- # three\nc: 3\n');
    expect(text(withoutPiece(pieces, 3))).toBe('# head\n---\na: 1\n---\n# two\nb: 2\n');
  });

  it('the last one takes the file with it, comments and all', () => {
    expect(withoutPiece(piecesOf(Buffer.from('# head\n---\na: 1\n')), 1)).toBeNull();
  });

  it('one is put behind the others, with the file’s line ends', () => {
    expect(text(withPiece(Buffer.from('a: 1'), 'b: 2\n'))).toBe('a: 1\n---\nb: 2\n');
    expect(text(withPiece(Buffer.from('a: 1\r\n'), 'b: 2\r\n'))).toBe('a: 1\r\n---\r\nb: 2\r\n');
    expect(text(withPiece(Buffer.from('a: 1\n'), '---\nb: 2\n'))).toBe('a: 1\n---\nb: 2\n');
  });

  it('letters that are no ASCII stay what they are', () => {
    const [piece] = textsOf(Buffer.from('a: ä # ö\nb: 1\n'));
    const edited = editText(piece ?? '', [
      { kind: 'put', branch: 0, path: ['b'], value: { kind: 'string', value: 'ü' } },
    ]);
    expect(text(bytesOf([{ text: edited }]))).toBe('a: ä # ö\nb: ü\n');
  });
});
