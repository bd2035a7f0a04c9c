import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Document, Format } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { randomDotenv } from '../formats/dotenv/random-dotenv.ts';
import { randomIni } from '../formats/ini/random-ini.ts';
import { randomJson } from '../formats/json/random-json.ts';
import { hasReadableComment, openedLeaves, openedText, openedTree } from '../formats/opened.ts';
import { plainTrees } from '../formats/plain-tree.ts';
import { seeded } from '../formats/random-documents.ts';
import { sealedBytes } from '../formats/sealed.ts';
import { describePeers } from './peers.ts';
import { SopsFiles } from './sops-files.ts';

/** What sops takes and sopskit refuses, because sops loses data there without a word. */
const deliberate = /ends too early|behind the top-level|not valid UTF-8/;

const subjects = [
  { name: 'json', documents: randomJson },
  { name: 'dotenv', documents: randomDotenv },
  { name: 'ini', documents: randomIni },
] as const;

const count = Number(process.env['SOPSKIT_FORMAT_RUNS'] ?? 500);
const firstSeed = Number(process.env['SOPSKIT_FORMAT_SEED'] ?? 1);
const recordedOfEach = 70;

const smallest = { json: '{"a":"b"}', dotenv: 'a=b', ini: 'a=b' } as const;

interface Vector {
  readonly format: string;
  /** Base64, like the following. */
  readonly text: string;
  /** `null` where sops refuses the text. */
  readonly encrypted: string | null;
  readonly decrypted: string | null;
  readonly testDataKey: string | null;
}

describePeers('formats against the real sops', ['sops', 'age-keygen'], (peers) => {
  const files = new SopsFiles(peers);
  afterAll(() => files.remove());
  const vectors: Vector[] = [];

  for (const { name, documents } of subjects) {
    it(`${name}: accepts, reads and prints ${count} random documents as sops does`, async () => {
      const format = await formatNamed(name);
      const seeds = Array.from({ length: count }, (_, index) => firstSeed * 1_000_003 + index);
      await inParallel(seeds, 3, async (seed) => {
        vectors.push(await compare(files, format, documents(seeded(seed)), `seed ${seed}`));
      });
    });
  }

  for (const { name, documents } of subjects) {
    it(`${name}: seals ${count} random documents so that sops opens them to the same data`, async () => {
      const format = await formatNamed(name);
      const model = format.parseSealed(
        (await files.encrypt(name, Buffer.from(smallest[name]))) ?? Buffer.alloc(0),
      ).metadata;
      if (model === null) throw new Error('sops wrote no metadata');
      const dataKey = await files.dataKey(model);
      const seeds = Array.from({ length: count }, (_, index) => firstSeed * 2_000_003 + index);
      await inParallel(seeds, 3, async (seed) => {
        const document = parsed(format, Buffer.from(documents(seeded(seed)), 'latin1'));
        if (document instanceof SopskitError) return;
        const sealed = outcome(() => sealedBytes(document, model, dataKey));
        // A value that a later line empties cannot be sealed: sopskit refuses, sops drops it.
        if (sealed instanceof SopskitError) return expect(sealed.code).toBe('document.unsupported');
        const decrypted = await files.decrypt(name, sealed);
        if (decrypted === null && crashesSops(document)) return;
        const title = `seed ${seed}: ${JSON.stringify(latin1(document.bytes))} sealed as ${latin1(sealed)}`;
        expect(decrypted === null ? null : latin1(decrypted), title).toBe(
          latin1(format.emit(document.branches, {})),
        );
      });
    });
  }

  const recording = process.env['SOPSKIT_RECORD'] === '1';
  if (recording)
    it('records vectors', () => {
      const chosen = subjects.flatMap(({ name }) =>
        vectors.filter((vector) => vector.format === name).slice(0, recordedOfEach),
      );
      expect(chosen).toHaveLength(subjects.length * recordedOfEach);
      writeFileSync(
        new URL('../vectors/formats.json', import.meta.url),
        `${JSON.stringify(chosen, null, 1)}\n`,
      );
    });
});

async function compare(files: SopsFiles, format: Format, text: string, title: string): Promise<Vector> {
  const bytes = Buffer.from(text, 'latin1');
  const encrypted = await files.encrypt(format.name, bytes);
  const document = parsed(format, bytes);
  const vector = {
    format: format.name,
    text: bytes.toString('base64'),
    encrypted: null,
    decrypted: null,
    testDataKey: null,
  };
  if (document instanceof SopskitError) {
    const expected = encrypted === null || deliberate.test(document.message);
    expect(expected, `${title}: sopskit refuses ${JSON.stringify(text)}: ${document.message}`).toBe(true);
    return vector;
  }
  expect(encrypted, `${title}: sops refuses ${JSON.stringify(text)}`).not.toBeNull();
  if (encrypted === null) return vector;
  const sealed = format.parseSealed(encrypted);
  const dataKey = await files.dataKey(sealed.metadata ?? { kind: 'mapping', entries: [] });
  const decrypted = await files.decrypt(format.name, encrypted);
  // Some names do not survive sops' INI printer, and the file that it wrote does not open.
  if (decrypted === null) return { ...vector, encrypted: encrypted.toString('base64') };
  const opened = openedLeaves(sealed, dataKey);
  const tree = openedTree(sealed, opened);
  if (format.name !== 'ini') expect(plainTrees(tree), title).toEqual(plainTrees(document.branches));
  const printed = latin1(decrypted);
  expect(latin1(format.emit(tree, {})), `${title}: print of ${JSON.stringify(text)}`).toBe(printed);
  const kept = openedText(sealed, opened);
  if (kept !== printed && !hasReadableComment(sealed, opened)) {
    expect(treeOf(format, kept), `${title}: sopskit keeps ${JSON.stringify(text)}`).toEqual(plainTrees(tree));
    const damaged = treeOf(format, printed, true);
    expect(damaged, `${title}: sops damages ${JSON.stringify(text)}`).not.toEqual(plainTrees(tree, true));
  }
  const known = { encrypted: encrypted.toString('base64'), decrypted: decrypted.toString('base64') };
  return { ...vector, ...known, testDataKey: Buffer.from(dataKey).toString('base64') };
}

/** sops panics when it prints an INI comment that has an empty line. */
function crashesSops(document: Document): boolean {
  const texts = document.branches.flatMap((branch) => commentsOf(branch));
  return document.format.name === 'ini' && texts.some((text) => text !== '' && text.split('\n').includes(''));
}

function commentsOf(mapping: Mapping): string[] {
  return mapping.entries.flatMap((member) => {
    if (member.kind === 'comment') return [member.text];
    return member.value.kind === 'mapping' ? commentsOf(member.value) : [];
  });
}

function treeOf(format: Format, text: string, comments = false): unknown {
  const document = parsed(format, Buffer.from(text, 'latin1'));
  return document instanceof SopskitError ? document.code : plainTrees(document.branches, comments);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function parsed(format: Format, bytes: Uint8Array): Document | SopskitError {
  return outcome(() => format.parse(bytes));
}

function outcome<T>(run: () => T): T | SopskitError {
  try {
    return run();
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: width }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
