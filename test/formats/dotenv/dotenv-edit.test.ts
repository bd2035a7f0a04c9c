import { describe, expect, it } from 'vitest';
import { dotenvFormat } from '../../../src/formats/dotenv/dotenv-format.ts';
import type { Edit } from '../../../src/formats/format.ts';
import { codeOf, edited, leaves, map, put, read, remove, sealAll, text } from '../edited.ts';

const dotenv = (source: string) => read(dotenvFormat, source);
const metadata: Edit = {
  kind: 'metadata',
  value: map({ age: { kind: 'sequence', items: [map({ enc: text('a\nb') })] }, version: text('3') }),
};
const lines = 'sops_age__list_0__map_enc=a\\nb\nsops_version=3';

describe('dotenv', () => {
  it('keeps blank lines, carriage returns, quotes and spaces when it seals', () => {
    const document = dotenv('# c\n\nA="x" \r\nexport B=1\nC=\n');
    const sealed = '#ENC[0]\n\nA=ENC[1]\nexport B=ENC[2]\nC=\n\n';
    const seals = sealAll(document).filter((edit) => edit.kind === 'seal' && edit.ciphertext !== 'ENC[3]');
    expect(edited(document, ...seals)).toBe(sealed.slice(0, -1));
  });

  it.each([
    ['A=1\n', `A=1\n${lines}\n`],
    ['A=1', `A=1\n${lines}`],
    ['', `${lines}\n`],
    ['\n\n', `\n\n${lines}\n`],
  ])('adds metadata to %j and takes it out again', (plain, sealed) => {
    expect(edited(dotenv(plain), metadata)).toBe(sealed);
    expect(edited(dotenv(sealed), { kind: 'metadata', value: null })).toBe(plain);
  });

  it('keeps lines behind the metadata', () => {
    expect(edited(dotenv(`A=1\n${lines}\nB=2\n`), { kind: 'metadata', value: null })).toBe('A=1\nB=2\n');
    expect(edited(dotenv('A=1\nsops_old=1\nB=2\nsops_mac=x'), metadata)).toBe(`A=1\n${lines}\nB=2`);
  });

  it('puts new keys in front of the metadata and old ones where they are', () => {
    expect(edited(dotenv(`A=1\n#c\n${lines}\n`), put(['N'], text('x\ny')))).toBe(
      `A=1\n#c\nN=x\\ny\n${lines}\n`,
    );
    expect(edited(dotenv(`${lines}\n`), put(['N'], text('x')))).toBe(`N=x\n${lines}\n`);
    expect(edited(dotenv('A=1\nA=2'), put(['A'], { kind: 'int', value: 3n }))).toBe('A=3\nA=2');
    expect(edited(dotenv('A=1'), put(['N'], text('x')))).toBe('A=1\nN=x');
  });

  it('removes a line', () => {
    expect(edited(dotenv('A=1\nB=2\nC=3'), remove('B'))).toBe('A=1\nC=3');
  });

  it('refuses what it cannot hold', () => {
    expect(codeOf(() => edited(dotenv(''), put(['A'], map({}))))).toBe('document.not-emittable');
    expect(codeOf(() => edited(dotenv(''), put(['A=B'], text('x'))))).toBe('document.not-emittable');
    expect(codeOf(() => dotenvFormat.emitValue(map({}), {}))).toBe('document.not-emittable');
  });

  it('keeps bytes that are no text', () => {
    const document = dotenv('A=\xff\\n\n');
    const [leaf] = leaves(document);
    expect(leaf).toMatchObject({ kind: 'bytes', line: 1, column: 3 });
    expect(edited(document, { kind: 'open', leaf: leaf as never, value: leaf as never })).toBe('A=\xff\\n\n');
  });

  it('prints the example that sops offers', () => {
    expect(Buffer.from(dotenvFormat.emit(dotenvFormat.example(), {})).toString()).toBe(
      '# This is an example file.\nhello=Welcome to SOPS! Edit this file as you please!\nexample_key=example_value\nexample_multiline=foo\\nbar\\nbaz\n',
    );
  });
});
