import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Document } from '../../src/formats/format.ts';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { openedLeaves, openedText } from '../formats/opened.ts';
import { sealedBytes } from '../formats/sealed.ts';
import { file, textOf } from '../formats/yaml/edit-fake.ts';
import { yamlTexts } from '../formats/yaml/edit-generator.ts';
import { dataWithoutComments, leavesOf } from '../formats/yaml/edit-tree.ts';
import { describePeers } from './peers.ts';
import { SopsFiles } from './sops-files.ts';

const folder = new URL('../vectors/yaml-layout/', import.meta.url);
const vectors = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder))] as const);
const count = 200;
const seed = 20260412;

describePeers('YAML edits against the real sops', ['sops', 'age-keygen'], (peers) => {
  const files = new SopsFiles(peers);
  let metadata: Mapping;
  let dataKey: Uint8Array;

  beforeAll(async () => {
    const model = yamlFormat.parse((await files.encrypt('yaml', file('a: b\n'))) ?? file(''));
    metadata = model.metadata ?? { kind: 'mapping', entries: [] };
    dataKey = await files.dataKey(metadata);
  });
  afterAll(() => files.remove());

  it.each(vectors)('%s: sops opens what was sealed in its layout', async (_name, bytes) => {
    const document = yamlFormat.parse(bytes);
    const decrypted = await files.decrypt('yaml', sealedBytes(document, metadata, dataKey));
    expect(decrypted).not.toBeNull();
    expect(dataOf(yamlFormat.parse(decrypted ?? file('')))).toEqual(dataOf(document));
  });

  it.each(vectors)('%s: what sops sealed opens to what sops prints', async (_name, bytes) => {
    await compareOpening(files, dataKeyOf(files), bytes);
  });

  it(`sops opens ${count} random files that were sealed in their layout`, async () => {
    let tried = 0;
    for (const text of samples(seed)) {
      const document = parsed(text);
      if (document === null || document.branches.some(isSpoiltBySops)) continue;
      const sealed = sealedBytes(document, metadata, dataKey);
      const decrypted = await files.decrypt('yaml', sealed);
      expect(decrypted, textOf(sealed)).not.toBeNull();
      expect(dataOf(yamlFormat.parse(decrypted ?? file(''))), text).toEqual(dataOf(document));
      tried += 1;
    }
    expect(tried).toBeGreaterThan(count / 2);
  });

  it(`opens ${count} random files that sops sealed to what sops prints`, async () => {
    let tried = 0;
    for (const text of samples(seed + 1)) {
      if (await compareOpening(files, dataKeyOf(files), file(text))) tried += 1;
    }
    expect(tried).toBeGreaterThan(count / 2);
  });
});

function dataKeyOf(files: SopsFiles): (document: Document) => Promise<Uint8Array> {
  return (document) => files.dataKey(document.metadata ?? { kind: 'mapping', entries: [] });
}

/** Returns `false` for a file that sops refuses. */
async function compareOpening(
  files: SopsFiles,
  dataKeyOf: (document: Document) => Promise<Uint8Array>,
  bytes: Uint8Array,
): Promise<boolean> {
  const encrypted = await files.encrypt('yaml', bytes);
  if (encrypted === null) return false;
  const decrypted = await files.decrypt('yaml', encrypted);
  if (decrypted === null || yamlFormat.parse(bytes).branches.some(isSpoiltBySops)) return false;
  const document = yamlFormat.parseSealed(encrypted);
  const opened = openedText(document, openedLeaves(document, await dataKeyOf(document)));
  const read = yamlFormat.parse(Buffer.from(opened, 'latin1'));
  expect(dataOf(read), textOf(encrypted)).toEqual(dataOf(yamlFormat.parse(decrypted)));
  return true;
}

function dataOf(document: Document): unknown {
  return document.data.map((branch) => dataWithoutComments(branch));
}

/** Strings of many lines that begin with white space: sops prints another text, or none that can be read. */
function isSpoiltBySops(branch: Mapping): boolean {
  return leavesOf(branch).some(
    (leaf) => leaf.kind === 'string' && leaf.value.includes('\n') && /^\s/.test(leaf.value),
  );
}

/**
 * Random files without empty comments: where one is, or comes to be, one of a list, sops decrypts it to an item that
 * was not there.
 */
function samples(first: number): string[] {
  const texts = fc.sample(yamlTexts, { numRuns: count, seed: first });
  return texts.map((text) => text.replaceAll(/#(?=[ \t]*\r?$)/gm, '# x'));
}

function parsed(text: string): Document | null {
  try {
    const document = yamlFormat.parse(file(text));
    return document.branches.length === 0 ? null : document;
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
