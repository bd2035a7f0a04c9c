import { afterAll, expect, it } from 'vitest';
import type { Format, FormatName } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { keySources } from '../../src/keys/registry.ts';
import { mergeFiles } from '../../src/repository/merge/merge-files.ts';
import { mergePlain } from '../../src/repository/merge/merge-plain.ts';
import { encryptDocument } from '../../src/sops/encrypt.ts';
import { Keyring } from '../../src/sops/keyring.ts';
import { openFile } from '../../src/sops/open-file.ts';
import { editableText, reencrypt } from '../../src/sops/reencrypt.ts';
import { rotateFile } from '../../src/sops/rotate.ts';
import { readSealedFile } from '../../src/sops/sealed-file.ts';
import { testKey, testWorld } from '../cli/world.ts';
import { Random } from '../formats/yaml/read-random.ts';
import { randomSides } from '../repository/merge/random-sides.ts';
import { SopsProcess } from './interop/sops-process.ts';
import { describePeers } from './peers.ts';

const style = { size: 7, style: 'diff3', labels: { base: 'base', ours: 'ours', theirs: 'theirs' } } as const;
const formats: readonly FormatName[] = ['yaml', 'json', 'dotenv', 'ini', 'binary'];
const cases = 25;

describePeers('merging encrypted files, beside merging their plaintexts', ['sops'], ({ sops }) => {
  const peer = new SopsProcess(sops);
  const world = testWorld();
  const { system } = world;
  const options = { system, keyring: new Keyring(system, keySources) };
  afterAll(() => {
    peer.remove();
    world.remove();
  });

  const open = async (format: Format, bytes: Uint8Array) =>
    openFile(await readSealedFile(format, bytes, keySources), options);

  it.each(formats)('%s: gives the same text, sealed; the real sops reads it and its MAC', async (name) => {
    const format = await formatNamed(name);
    const keyGroups = [keySources.find((source) => source.name === 'age')?.parse(testKey.recipient) ?? []];
    const selector = name === 'binary' ? null : ({ kind: 'unencrypted_suffix', value: '1' } as const);
    const policy = { keyGroups, shamirThreshold: 0, selector, macOnlyEncrypted: false };
    let clean = 0;
    for (let seed = 0; seed < cases; seed++) {
      const texts = randomSides(name, seed + 5000);
      const random = new Random(seed);
      const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
      const base = await encryptDocument(format.parse(bytes(texts.base)), policy, {
        ...options,
        allowPlaintext: true,
      });
      const side = async (text: string): Promise<Uint8Array> => {
        const opened = await open(format, base);
        const made = await reencrypt(opened, format.parse(bytes(text)), { ...options, allowPlaintext: true });
        return random.chance(0.25) ? rotateFile(await open(format, made), options) : made;
      };
      const versions = { base, ours: await side(texts.ours), theirs: await side(texts.theirs) };
      const merged = await mergeFiles(versions, { ...options, format, style, path: `s.${name}` });
      const plain = mergePlain(
        format,
        { base: bytes(texts.base), ours: bytes(texts.ours), theirs: bytes(texts.theirs) },
        style,
      );
      const label = `${name} ${seed} ${JSON.stringify(texts)}`;
      expect(merged.conflict === null, label).toBe(plain.conflict === null);
      if (merged.conflict !== null && plain.conflict !== null)
        expect(Buffer.from(merged.conflict.marked).toString('latin1'), label).toBe(
          Buffer.from(plain.conflict.marked).toString('latin1'),
        );
      const reopened = await open(format, merged.bytes);
      expect(Buffer.from(editableText(reopened)).toString('latin1'), label).toBe(
        Buffer.from(plain.text).toString('latin1'),
      );
      const decrypted = await peer.decrypt(name, merged.bytes);
      expect([decrypted.status, decrypted.stderr.toString()], label).toEqual([0, '']);
      expectKeptCiphertext(merged.bytes, versions.ours, versions.theirs, label);
      if (merged.conflict === null) clean += 1;
    }
    expect(clean).toBeGreaterThan(cases / 4);
  });
});

/** Where the sides share a data key, hardly a ciphertext is new: the MAC, and what was merged of both. */
function expectKeptCiphertext(merged: Uint8Array, ours: Uint8Array, theirs: Uint8Array, label: string): void {
  const [our, their] = [ciphertexts(ours), ciphertexts(theirs)];
  if (![...our].some((text) => their.has(text))) return; // one side was rotated
  const fresh = [...ciphertexts(merged)].filter((text) => !our.has(text) && !their.has(text));
  expect(fresh.length, label).toBeLessThanOrEqual(6);
}

function ciphertexts(bytes: Uint8Array): Set<string> {
  return new Set(
    Buffer.from(bytes)
      .toString('latin1')
      .match(/ENC\[AES256_GCM,[^\]]*\]/g) ?? [],
  );
}
