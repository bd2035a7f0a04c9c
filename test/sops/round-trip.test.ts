import { describe, expect, it } from 'vitest';
import { decrypt, decryptTree, encrypt, rotate, set } from '../../src/index.ts';
import { testKey } from '../cli/world.ts';

const settings = { format: 'yaml', identities: [testKey.identity] } as const;
const recipients = { age: [testKey.recipient] };

describe('decrypt(encrypt(file)) is the file', () => {
  it.each([
    ['a trailing comment, which sops would move above its key', 'a: b # c\n'],
    ['a float that prints like an int', 'a: 1e3\n'],
    ['a float that prints like an int, in a file without a last line break', 'a: 08'],
    ['empty comments in a list', 'l:\n  #\n  - a #\n  - b\n'],
    ['an empty comment in a map in a list', 'l:\n  - a: b\n    #\n    c: d\n'],
  ])('%s', async (_, text) => {
    const sealed = await encrypt(text, { ...settings, recipients });
    expect(await decrypt(sealed, settings)).toBe(text);
    expect(await decrypt(await rotate(sealed, settings), settings)).toBe(text);
  });
});

describe('what sops would misread', () => {
  it('leaves no empty comment in an encrypted list: sops takes it for an empty string', async () => {
    const sealed = await encrypt('l:\n  #\n  - a #\nm:\n  #\n  k: v\n', { ...settings, recipients });
    const [list, map] = sealed.split('m:\n');
    expect(list).not.toMatch(/#$/m);
    expect(map).toMatch(/^ {2}#$/m);
  });

  it('leaves it in a readable list, where sops takes it for a comment', async () => {
    const select = { encrypted_regex: '^m$' };
    const sealed = await encrypt('l:\n  #\n  - a #\nm: x\n', { ...settings, recipients, select });
    expect(sealed).toMatch(/^l:\n {2}#\n {2}- a #\nm: ENC/);
  });
});

it('sets a readable whole number, as sops does', async () => {
  const select = { encrypted_regex: '^password$' };
  const sealed = await encrypt('password: x\nreplicas: 1\n', { ...settings, recipients, select });
  const changed = await set(sealed, ['replicas'], { kind: 'float', value: 3 }, settings);
  expect(changed).toMatch(/^replicas: 3$/m);
  expect(await decrypt(changed, settings)).toBe('password: x\nreplicas: 3\n');
  const [tree] = await decryptTree(changed, settings);
  expect(tree?.entries).toMatchObject([
    { key: 'password' },
    { key: 'replicas', value: { kind: 'int', value: 3n } },
  ]);
});

describe('an INI comment that begins with an empty line, on which sops crashes', () => {
  const ini = { format: 'ini', identities: [testKey.identity] } as const;
  const text = '[php]\n;\n; a\nx=1\n;;;;;;;;\n; Paths ;\n;;;;;;;;\ny=2\n#\n[b] ; c\n;\nz=3 ; d\n';

  it('comes back as it was, sealed or readable', async () => {
    for (const select of [undefined, { encrypted_regex: '^y$' }]) {
      const sealed = await encrypt(text, { ...ini, recipients, ...(select ? { select } : {}) });
      expect(await decrypt(sealed, ini)).toBe(text);
      expect(await decrypt(await rotate(sealed, ini), ini)).toBe(text);
    }
  });

  it('is sealed with a space in that line', async () => {
    const [tree] = await decryptTree(await encrypt(text, { ...ini, recipients }), ini);
    expect(
      JSON.stringify(tree?.entries.map((entry) => (entry.kind === 'entry' ? entry.value : ''))),
    ).toContain(JSON.stringify(' \n; Paths ;\n;;;;;;;;'));
  });

  it('stays readable without that line', async () => {
    const sealed = await encrypt(text, { ...ini, recipients, select: { encrypted_regex: '^y$' } });
    expect(sealed).toMatch(/^\[php\]\n; a\nx=1\n; Paths ;\n; ;;;;;;;\ny=ENC/);
  });
});
