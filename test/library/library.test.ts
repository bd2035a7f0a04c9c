import { describe, expect, it } from 'vitest';
import * as sopskit from '../../src/index.ts';

const { recipient, keyFile } = await sopskit.generateIdentity();
const plain = '# kept\na: 0x1F\nlist:\n  - one\n  - two\n';
const settings = { format: 'yaml', identities: [keyFile] } as const;
const sealed = await sopskit.encrypt(plain, { format: 'yaml', recipients: { age: [recipient] } });

describe('the library', () => {
  it('exports what it promises', () => {
    expect(Object.keys(sopskit).sort()).toEqual(
      [
        'SopskitError',
        'Secret',
        'decrypt',
        'decryptTree',
        'encrypt',
        'extract',
        'generateIdentity',
        'isEncrypted',
        'isolatedSystem',
        'nodeSystem',
        'rotate',
        'set',
        'unset',
        'updateKeys',
      ].sort(),
    );
  });

  it('gives text for text and bytes for bytes', async () => {
    expect(await sopskit.decrypt(sealed, settings)).toBe(plain);
    const bytes = await sopskit.decrypt(new TextEncoder().encode(sealed), settings);
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(new TextDecoder().decode(bytes)).toBe(plain);
  });

  it('decrypts into a tree: ints as bigint, comments as members', async () => {
    const [tree] = await sopskit.decryptTree(sealed, settings);
    expect(tree?.entries.map((member) => (member.kind === 'entry' ? member.key : `#${member.text}`))).toEqual(
      ['# kept', 'a', 'list'],
    );
    expect(await sopskit.extract(sealed, ['a'], settings)).toMatchObject({ kind: 'int', value: 31n });
    expect(await sopskit.extract(sealed, ['list', 1], settings)).toMatchObject({ value: 'two' });
  });

  it('sets, removes, rotates and re-keys', async () => {
    const changed = await sopskit.set(sealed, ['list', 0], { kind: 'string', value: 'uno' }, settings);
    expect(await sopskit.decrypt(changed, settings)).toBe(plain.replace('one', 'uno'));
    expect(await sopskit.decrypt(await sopskit.unset(sealed, ['list', 1], settings), settings)).toBe(
      '# kept\na: 0x1F\nlist:\n  - one\n',
    );
    const rotated = await sopskit.rotate(sealed, settings);
    expect(await sopskit.decrypt(rotated, settings)).toBe(plain);
    expect(rotated.match(/data:[^,]+,iv/g)).not.toEqual(sealed.match(/data:[^,]+,iv/g));
    const other = await sopskit.generateIdentity();
    const rekeyed = await sopskit.updateKeys(sealed, [{ age: [other.recipient] }], settings);
    expect(await sopskit.decrypt(rekeyed, { format: 'yaml', identities: [other.keyFile] })).toBe(plain);
    await expect(sopskit.decrypt(rekeyed, settings)).rejects.toMatchObject({ code: 'key.unavailable' });
  });

  it('touches nothing of the machine: without identities nothing opens', async () => {
    await expect(sopskit.decrypt(sealed, { format: 'yaml' })).rejects.toMatchObject({
      code: 'key.unavailable',
    });
  });

  it('takes clock and randomness as arguments', async () => {
    const system = {
      ...sopskit.isolatedSystem({}),
      now: () => new Date(0),
      randomBytes: (length: number) => new Uint8Array(length).fill(1),
    };
    const run = () => sopskit.encrypt('a: b\n', { format: 'yaml', recipients: { age: [recipient] }, system });
    const [one, other] = [await run(), await run()];
    expect(one).toContain('lastmodified: "1970-01-01T00:00:00Z"');
    expect(/a: ENC.*/.exec(one)?.[0]).toBe(/a: ENC.*/.exec(other)?.[0]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a format that does not exist',
      () => sopskit.decrypt(sealed, { format: 'toml' as 'yaml' }),
      'usage.invalid',
    ],
    ['no recipients', () => sopskit.encrypt('a: b\n', { format: 'yaml' }), 'key.none'],
    [
      'a recipient that is none',
      () => sopskit.encrypt('a: b\n', { format: 'yaml', recipients: { age: ['age1nope'] } }),
      'key.invalid',
    ],
    [
      'a source that does not exist',
      () => sopskit.encrypt('a: b\n', { format: 'yaml', recipients: { gpg: ['x'] } }),
      'key.unsupported',
    ],
    [
      'two selectors',
      () =>
        sopskit.encrypt('a: b\n', {
          format: 'yaml',
          recipients: { age: [recipient] },
          select: { encrypted_regex: 'a', encrypted_suffix: 'b' },
        }),
      'usage.conflict',
    ],
    [
      'a selector that selects nothing',
      () =>
        sopskit.encrypt('a: b\n', {
          format: 'yaml',
          recipients: { age: [recipient] },
          select: { encrypted_regex: '^x$' },
        }),
      'sops.nothing-selected',
    ],
    [
      'a selector that does not compile',
      () =>
        sopskit.encrypt('a: b\n', {
          format: 'yaml',
          recipients: { age: [recipient] },
          select: { encrypted_regex: '(' },
        }),
      'config.selector',
    ],
    [
      'an encrypted file',
      () => sopskit.encrypt(sealed, { format: 'yaml', recipients: { age: [recipient] } }),
      'sops.already-encrypted',
    ],
    ['a plain file to decrypt', () => sopskit.decrypt(plain, settings), 'sops.not-encrypted'],
    [
      'a value that is none',
      () => sopskit.set(sealed, ['a'], 'canary-71f0' as never, settings),
      'usage.set-value',
    ],
    [
      'an int beyond int64',
      () => sopskit.set(sealed, ['a'], { kind: 'int', value: 2n ** 63n }, settings),
      'usage.set-value',
    ],
  ])('refuses %s', async (_, work, code) => {
    const error: unknown = await work().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(sopskit.SopskitError);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('canary');
  });

  it('says whether text is encrypted, without a key', async () => {
    expect(await sopskit.isEncrypted(sealed, { format: 'yaml' })).toBe(true);
    expect(await sopskit.isEncrypted(plain, { format: 'yaml' })).toBe(false);
  });
});
