import { beforeAll, describe, expect, it } from 'vitest';
import type { FormatName } from '../../src/formats/format.ts';
import { readableValues } from '../../src/sops/readable-values.ts';
import { sealReadable } from '../../src/sops/seal-readable.ts';
import { type Bench, sealingBench } from './sealed-of.ts';

/** A plain text, the line before which something is added in clear, and what is added. */
const cases: readonly (readonly [FormatName, string, string, string])[] = [
  ['yaml', '# head\npassword: secret\nport: 0x50\n', 'port:', 'added: new # why\nfolded: >-\n  a\n  b\n'],
  ['yaml', 'a:\n  - x\n  - y\nb: 1\n', 'b:', '  - z\n'],
  ['json', '{\n  "a": "x",\n  "b": [1, true]\n}\n', '  "b"', '  "added": 7,\n'],
  ['dotenv', 'A=x\nB=y\n', 'B=', 'ADDED=new\n'],
  ['ini', '[part]\na = x\nb = y\n', 'b', 'added = new\n'],
];

describe('values written into a sealed file in clear', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await sealingBench();
  });

  const insert = (text: string, before: string, added: string): string => {
    const at = text.split('\n').findIndex((line) => line.startsWith(before));
    const lines = text.split('\n');
    return [...lines.slice(0, at), `${added}${lines[at]}`, ...lines.slice(at + 1)].join('\n');
  };

  it.each(cases)('are found and sealed, in %s: %j', async (format, plain, before, added) => {
    const sealed = Buffer.from(await bench.seal(plain, format)).toString();
    expect(readableValues(await bench.read(sealed, format))).toEqual([]);
    const changed = insert(sealed, before, added);
    const file = await bench.read(changed, format);
    const readable = readableValues(file);
    expect(readable.length).toBeGreaterThan(0);
    await expect(bench.open(changed, format)).rejects.toMatchObject({ code: 'sops.decrypt' });
    const result = await sealReadable(file, readable, bench);
    expect(await bench.decrypt(result, format)).toBe(insert(plain, before, added));
    expect(readableValues(await bench.read(result, format))).toEqual([]);
    const kept =
      sealed.match(/ENC\[[^\]]+type:(?!comment)\w+\]/g)?.filter((text) => !sealed.includes(`mac: ${text}`)) ??
      [];
    const text = Buffer.from(result).toString();
    expect(kept.filter((ciphertext) => text.includes(ciphertext)).length).toBeGreaterThan(0);
  });

  it('are sealed only where all else is as it was, unless that is waived', async () => {
    const sealed = Buffer.from(await bench.seal('a_unencrypted: x\nb: y\n')).toString();
    const changed = sealed.replace('a_unencrypted: x\n', 'a_unencrypted: canary\nadded: canary\n');
    const file = await bench.read(changed);
    const readable = readableValues(file);
    const refused = sealReadable(file, readable, bench);
    await expect(refused).rejects.toMatchObject({ code: 'sops.mac' });
    await expect(refused).rejects.not.toThrow(/canary/);
    const forced = await sealReadable(file, readable, { ...bench, ignoreMac: true });
    expect(await bench.decrypt(forced)).toBe('a_unencrypted: canary\nadded: canary\nb: y\n');
  });

  it('do not hide a ciphertext that was put elsewhere', async () => {
    const sealed = Buffer.from(await bench.seal('a: x\nb: y\n')).toString();
    const [one = '', other = ''] = sealed.match(/ENC\[[^\]]+\]/g) ?? [];
    const swapped = sealed.replace(one, '@').replace(other, one).replace('@', other);
    const file = await bench.read(`added: z\n${swapped}`);
    await expect(sealReadable(file, readableValues(file), bench)).rejects.toMatchObject({
      code: 'sops.decrypt',
    });
  });

  it('are none where the selector does not want them, or they are empty', async () => {
    const sealed = Buffer.from(await bench.seal('a: x\n')).toString();
    const file = await bench.read(`b_unencrypted: x\nc: ""\nd: null\ne: {}\n${sealed}`);
    expect(readableValues(file)).toEqual([]);
  });
});
