import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/formats/format.ts';
import { iniFormat } from '../../../src/formats/ini/ini-format.ts';
import { codeOf, edited, leaves, map, put, read, remove, sealAll, text } from '../edited.ts';
import { plainTree } from '../plain-tree.ts';

const ini = (source: string) => read(iniFormat, source);
const sealedText = (source: string) => {
  const document = ini(source);
  return edited(document, ...sealAll(document));
};
const metadataTree = map({ a: { kind: 'sequence', items: [text('x\ny')] }, version: text('3') });
const metadata: Edit = { kind: 'metadata', value: metadataTree };
const section = '[sops]\na__list_0 = x\\ny\nversion   = 3';

describe('INI leaves', () => {
  it('keep quotes, delimiters, indentation and comments around them', () => {
    expect(sealedText('  a : "x"\n\tb=\'y\'\n[s]\nc = `z;`\nd = """q"""\n')).toBe(
      '  a : "ENC[0]"\n\tb=\'ENC[1]\'\n[s]\nc = `ENC[2]`\nd = """ENC[3]"""\n',
    );
  });

  it('carry comments above, behind, and both', () => {
    expect(sealedText('; a\n\n# b\nk = v\n')).toBe('; ENC[1]\nk = ENC[0]\n');
    expect(sealedText('k = v # c\n')).toBe('k = ENC[0] # ENC[1]\n');
    expect(sealedText('#a\nk = v ; c\n')).toBe('#ENC[1]\nk = ENC[0]\n');
  });

  it('carry a comment behind a section above it, where its bracket does no harm', () => {
    expect(sealedText('[s] ; c\n')).toBe('; ENC[0]\n[s]\n');
  });

  it('replace every line that sets a key, and comments that sops would drop', () => {
    expect(sealedText('k = old\n; c\nk = new\n; end\n')).toBe('k = ENC[0]\n; ENC[1]\nk = ENC[0]\n; ENC[2]\n');
    expect(sealedText('; lost\nk = old\nk = new\n')).toBe('; ENC[1]\nk = ENC[0]\nk = ENC[0]\n');
  });

  it('take the text behind closing quotes with them', () => {
    expect(sealedText('k = `v` password\n')).toBe('k = `ENC[0]`\n');
  });

  it('do not let a value continue on the next line when its comment moves', () => {
    const document = ini('; a\nk = C:\\ ; b\nl = m\n');
    const [, comment] = leaves(document);
    const result = edited(document, { kind: 'seal', leaf: comment as never, ciphertext: 'ENC[0]' });
    expect(result).toBe('; ENC[0]\nk = C:\\ ;\nl = m\n');
    expect(plainTree(ini(result).branches[0] as never)).toEqual(plainTree(document.branches[0] as never));
  });

  it('open in quotes that keep them', () => {
    const document = ini('k = ENC');
    const [leaf] = leaves(document);
    const open = (value: string) =>
      edited(document, { kind: 'open', leaf: leaf as never, value: text(value) as never });
    expect(open('a\nb')).toBe('k = """a\nb"""');
    expect(open('a;b')).toBe('k = `a;b`');
    expect(open(' a')).toBe('k = " a"');
    // sops prints these three bare, and loses their quotes or the next line.
    expect(open("'a'")).toBe("k = `'a'`");
    expect(open('a\\')).toBe('k = `a\\`');
    expect(open('"""')).toBe('k = `"""`');
  });

  it('number keys named - and refuse to renumber them', () => {
    const document = ini('- = a\n- = b\n[s]\n- = c\n');
    expect(JSON.stringify(plainTree(document.branches[0] as never))).toContain('"#2"');
    expect(edited(document, remove('DEFAULT', '#2'))).toBe('- = a\n[s]\n- = c\n');
    expect(codeOf(() => edited(document, remove('DEFAULT', '#1')))).toBe('document.not-emittable');
  });
});

describe('INI metadata', () => {
  it.each([
    ['a = 1\n', `a = 1\n\n${section}\n`],
    ['a = 1', `a = 1\n\n${section}`],
    ['a = 1\n\n', `a = 1\n\n\n${section}\n`],
    ['', `${section}\n`],
    ['a = 1\\', `a = 1\\\n\n${section}`],
    ['a = 1\r\n', `a = 1\r\n\r\n${section.replaceAll('\n', '\r\n')}\r\n`],
    ['; end\n', `; end\n\n${section}\n`],
  ])('is added to %j and taken out again', (plain, sealedFile) => {
    expect(edited(ini(plain), metadata)).toBe(sealedFile);
    expect(edited(ini(sealedFile), { kind: 'metadata', value: null })).toBe(plain);
    expect(plainTree(ini(sealedFile).metadata ?? map({}))).toEqual(plainTree(metadataTree));
  });

  it('is replaced where it is', () => {
    expect(edited(ini('[sops]\nold = 1\n\n[t]\nb = 2\n'), metadata)).toBe(`${section}\n\n[t]\nb = 2\n`);
  });

  it('is refused where an earlier value of an empty key would stay readable', () => {
    expect(codeOf(() => edited(ini('k = secret\nk =\n'), metadata))).toBe('document.unsupported');
    expect(codeOf(() => edited(ini('k =\nk = secret\n'), metadata))).toBe('no error');
  });

  it('cannot follow three quotes on a last line without a line break', () => {
    expect(codeOf(() => edited(ini('a = """'), metadata))).toBe('document.unsupported');
  });
});

describe('INI put and remove', () => {
  const source = `a = 1\n\n[s]\nlong_key = x\nb        = y\n; end\n\n${section}\n`;
  const rest = `; end\n\n${section}\n`;

  it.each<[string, Edit, string]>([
    [
      'a value in its quotes',
      put(['s', 'b'], text('z')),
      `a = 1\n\n[s]\nlong_key = x\nb        = z\n${rest}`,
    ],
    [
      'a new key, aligned',
      put(['s', 'cc'], text('z;')),
      `a = 1\n\n[s]\nlong_key = x\nb        = y\ncc       = \`z;\`\n${rest}`,
    ],
    [
      'a key at the top',
      put(['DEFAULT', 'n'], text('z')),
      `a = 1\nn = z\n\n[s]\nlong_key = x\nb        = y\n${rest}`,
    ],
    [
      'a new section before the metadata',
      put(['t', 'k'], text('z')),
      `a = 1\n\n[s]\nlong_key = x\nb        = y\n\n[t]\nk = z\n${rest}`,
    ],
    ['a whole section', put(['s'], map({ q: text('1') })), `a = 1\n\n[s]\nq = 1\n${rest}`],
    ['removal of a key', remove('s', 'long_key'), `a = 1\n\n[s]\nb        = y\n${rest}`],
    ['removal of a section', remove('s'), `a = 1\n\n${rest}`],
  ])('write %s and keep the rest', (_, edit, expected) => {
    expect(edited(ini(source), edit)).toBe(expected);
  });

  it('write into empty values and empty files', () => {
    expect(
      edited(
        ini('a = \nb=\nc =; x\n'),
        put(['DEFAULT', 'a'], text('1')),
        put(['DEFAULT', 'b'], text('2')),
        put(['DEFAULT', 'c'], text('3')),
      ),
    ).toBe('a = 1 \nb= 2\nc = 3; x\n'.replace('a = 1 ', 'a = 1 '));
    expect(edited(ini(''), put(['s', 'k'], text('v')))).toBe('[s]\nk = v\n');
  });

  it.each([
    ['a line break in a section', ['x\ny', 'k']],
    ['a comment character in front of a key', ['s', '#k']],
    ['a key that is numbered', ['s', '-']],
    ['a section without a name', ['', 'k']],
  ])('refuse %s', (_, path) => {
    expect(codeOf(() => edited(ini(source), put(path, text('v'))))).toBe('document.not-emittable');
  });

  it('refuse a map in a key and a value in place of a section', () => {
    expect(codeOf(() => edited(ini(source), put(['s', 'b'], map({}))))).toBe('document.not-emittable');
    expect(codeOf(() => edited(ini(source), put(['s'], text('v'))))).toBe('document.not-emittable');
  });
});

describe('INI printing', () => {
  it('prints the example that sops offers', () => {
    expect(Buffer.from(iniFormat.emit(iniFormat.example(), {})).toString()).toBe(
      '; This is an example file.\n[Welcome!]\nhello       = Welcome to SOPS! Edit this file as you please!\nexample_key = example_value\n',
    );
  });

  it('prints a section as sops extracts it', () => {
    const value = ini('; c\n[s]\na = 1\n').branches[0]?.entries[1];
    const printed = value?.kind === 'entry' ? iniFormat.emitValue(value.value, {}) : Buffer.alloc(0);
    expect(Buffer.from(printed).toString()).toBe(
      '[{"Key":{"Value":"c","Inline":false},"Value":null},{"Key":"a","Value":"1"}]',
    );
  });

  it('refuses maps and lists below a section, which sops prints in Go notation', () => {
    expect(codeOf(() => iniFormat.emit([map({ s: map({ a: map({ b: text('c') }) }) })], {}))).toBe(
      'document.not-emittable',
    );
    expect(codeOf(() => iniFormat.emit([map({ s: text('c') })], {}))).toBe('document.not-emittable');
  });

  it('edits ten thousand keys', () => {
    const document = ini(Array.from({ length: 10_000 }, (_, i) => `k${i} = v ; c`).join('\n'));
    expect(edited(document, ...sealAll(document), metadata).split('ENC[').length).toBe(20_001);
  });
});
