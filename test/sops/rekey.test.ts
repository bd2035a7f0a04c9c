import { beforeAll, describe, expect, it } from 'vitest';
import { rekeyFile } from '../../src/sops/rekey.ts';
import { ageKeys, type Bench, sealingBench } from './sealed-of.ts';

const plain = '# the app\npassword: secret\nport: 0x50\nlist: [a, b]\n';

describe('rekeyFile', () => {
  let ours: Bench;
  let theirs: Bench;
  beforeAll(async () => {
    ours = await sealingBench();
    theirs = await sealingBench();
  });

  it('changes recipients and every ciphertext in one go; the layout stays', async () => {
    const sealed = await ours.seal(plain);
    const open = await ours.open(sealed);
    const wanted = [ageKeys(theirs.recipient)];
    const rekeyed = await rekeyFile(open, wanted, ours);
    expect(await theirs.decrypt(rekeyed)).toBe(plain);
    await expect(ours.open(rekeyed)).rejects.toMatchObject({ code: 'key.unavailable' });
    const ciphertexts = (bytes: Uint8Array) =>
      Buffer.from(bytes)
        .toString()
        .match(/data:[^,]+,iv/g) ?? [];
    const before = new Set(ciphertexts(sealed));
    expect(ciphertexts(rekeyed).filter((text) => before.has(text))).toEqual([]);
  });

  it('does not keep the old data key', async () => {
    const open = await ours.open(await ours.seal(plain));
    const again = await ours.open(await rekeyFile(open, [ageKeys(ours.recipient)], ours));
    const bytes = ({ dataKey }: typeof open) => dataKey.lend((own) => Buffer.from(own).toString('hex'));
    expect(bytes(again)).not.toBe(bytes(open));
  });

  it('makes key groups with the threshold of the rule, or the own one as far as it fits', async () => {
    const groups = [ageKeys(ours.recipient), ageKeys(theirs.recipient)];
    const open = await ours.open(await ours.seal(plain));
    const two = await rekeyFile(open, groups, { ...ours, threshold: 2 });
    expect((await ours.read(two)).metadata).toMatchObject({ shamirThreshold: 2, keyGroups: { length: 2 } });
    await expect(ours.open(two)).rejects.toMatchObject({ code: 'key.unavailable' });
  });

  it('keeps selector and MAC kind', async () => {
    const selector = { kind: 'encrypted_regex', value: '^password$' } as const;
    const sealed = await ours.seal(plain, 'yaml', { selector, macOnlyEncrypted: true });
    const rekeyed = await rekeyFile(await ours.open(sealed), [ageKeys(theirs.recipient)], ours);
    const { metadata } = await theirs.read(rekeyed);
    expect(metadata).toMatchObject({ selector, macOnlyEncrypted: true });
    expect(Buffer.from(rekeyed).toString()).toContain('port: 0x50\n');
  });

  it('refuses to write a file that nobody could open', async () => {
    const open = await ours.open(await ours.seal(plain));
    await expect(rekeyFile(open, [[]], ours)).rejects.toMatchObject({ code: 'key.none' });
  });
});
