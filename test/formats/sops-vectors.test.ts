import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Document, Format } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { hasReadableComment, openedLeaves, openedText, openedTree } from './opened.ts';
import { plainTrees } from './plain-tree.ts';

/** Written by the real sops 3.13.3: see test/peers/formats.test.ts. Texts and keys are base64; the keys are test keys. */
interface Vector {
  readonly format: string;
  readonly text: string;
  readonly encrypted: string | null;
  readonly decrypted: string | null;
  readonly testDataKey: string | null;
}

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/formats.json', import.meta.url), 'utf8'),
) as Vector[];

/** What sops takes and sopskit refuses, because sops loses data there without a word. */
const deliberate = /ends too early|behind the top-level|not valid UTF-8/;

describe.each(['json', 'dotenv', 'ini'])('%s files that sops wrote', (name) => {
  const own = vectors.filter((vector) => vector.format === name);

  it('are there', () => {
    expect(own.filter((vector) => vector.decrypted !== null).length).toBeGreaterThan(20);
    expect(own.some((vector) => vector.encrypted === null)).toBe(true);
  });

  it('come from the texts that sopskit takes too', async () => {
    const format = await formatNamed(name);
    for (const vector of own) {
      const document = parsed(format, decode(vector.text));
      const refused = document instanceof SopskitError;
      if (refused && deliberate.test(document.message)) continue;
      expect(refused, vector.text).toBe(vector.encrypted === null);
    }
  });

  it('open and print to the bytes that sops decrypts them to', async () => {
    const format = await formatNamed(name);
    for (const { encrypted, decrypted, testDataKey } of own) {
      if (encrypted === null || decrypted === null || testDataKey === null) continue;
      const sealed = format.parseSealed(decode(encrypted));
      const opened = openedLeaves(sealed, decode(testDataKey));
      expect(latin1(format.emit(openedTree(sealed, opened), {}))).toBe(latin1(decode(decrypted)));
    }
  });

  it('open in place to the same bytes, except where sops damages what it prints', async () => {
    const format = await formatNamed(name);
    for (const { encrypted, decrypted, testDataKey } of own) {
      if (encrypted === null || decrypted === null || testDataKey === null) continue;
      const sealed = format.parseSealed(decode(encrypted));
      const opened = openedLeaves(sealed, decode(testDataKey));
      const [kept, printed] = [openedText(sealed, opened), decode(decrypted)];
      if (kept === latin1(printed) || hasReadableComment(sealed, opened)) continue;
      const tree = openedTree(sealed, opened);
      expect(treesOf(format, Buffer.from(kept, 'latin1'), false)).toEqual(plainTrees(tree));
      expect(treesOf(format, printed, true)).not.toEqual(plainTrees(tree, true));
    }
  });
});

function treesOf(format: Format, bytes: Uint8Array, comments: boolean): unknown {
  const document = parsed(format, bytes);
  return document instanceof SopskitError ? document.code : plainTrees(document.branches, comments);
}

function parsed(format: Format, bytes: Uint8Array): Document | SopskitError {
  try {
    return format.parse(bytes);
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
