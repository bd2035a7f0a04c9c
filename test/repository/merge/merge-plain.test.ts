import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { Document, Edit, FormatName } from '../../../src/formats/format.ts';
import { formatNamed } from '../../../src/formats/registry.ts';
import { mergePlain } from '../../../src/repository/merge/merge-plain.ts';
import { valueId } from '../../../src/repository/merge/value-id.ts';
import { entriesOf } from '../../../src/tree/mapping.ts';
import type { Path } from '../../../src/tree/path.ts';
import type { Node } from '../../../src/tree/value.ts';
import { walk } from '../../../src/tree/walk.ts';
import { Random } from '../../formats/yaml/read-random.ts';
import { type Kind, randomFile } from '../../peers/interop/random-files.ts';

const style = { size: 7, style: 'merge', labels: { base: 'base', ours: 'ours', theirs: 'theirs' } } as const;

async function merge(name: FormatName, base: string, ours: string, theirs: string) {
  const format = await formatNamed(name);
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const merged = mergePlain(format, { base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) }, style);
  return {
    text: Buffer.from(merged.text).toString(),
    marked: merged.conflict === null ? null : Buffer.from(merged.conflict.marked).toString(),
    paths: merged.conflict?.paths ?? [],
  };
}

describe('merging plaintexts by structure', () => {
  it('merges neighbouring values, and keeps what stands beside them', async () => {
    const { text, marked } = await merge(
      'yaml',
      'a: 1 # x\nb: 2\n',
      'a: 3 # x\nb: 2\n',
      'a: 1 # x\nb: 4 # y\n',
    );
    expect([text, marked]).toEqual(['a: 3 # x\nb: 4 # y\n', null]);
  });

  it('keeps a list on one line that only loses items', async () => {
    const { text, marked } = await merge('yaml', 'l: [a, b, c, d]\n', 'l: [b, c, d]\n', 'l: [a, b, d]\n');
    expect([text, marked]).toEqual(['l: [b, d]\n', null]);
  });

  it('writes no key of an INI file twice, where one side moves it and the other sets it', async () => {
    const rest = 'x = 1\ny = 2\n';
    const { text } = await merge(
      'ini',
      `[s]\nuser = a\n${rest}`,
      `[s]\nuser = b\n${rest}`,
      `[s]\n${rest}user = a\n`,
    );
    expect(text).toBe(`[s]\nuser = b\n${rest}`);
  });

  it('gives what the lines give where they merge cleanly', async () => {
    const { text, marked } = await merge(
      'yaml',
      'g: \'s\'\ne:\n  - i23\nd: ""\n',
      'e:\n  - i22\n  - i23\nd: ""\n',
      'e:\n  - i23\ng: \'s\'\nd: ""\n',
    );
    expect([text, marked]).toEqual(['e:\n  - i22\n  - i23\ng: \'s\'\nd: ""\n', null]);
  });

  it('merges JSON on one line', async () => {
    const { text, marked } = await merge('json', '{"a":1,"b":2}', '{"a":3,"b":2}', '{"a":1,"b":2,"c":5}');
    expect([JSON.parse(text), marked]).toEqual([{ a: 3, b: 2, c: 5 }, null]);
  });

  it('takes a key once that both sides added in different places', async () => {
    const base = 'a=1\nb=2\nc=3\nd=4\n';
    const { text, marked } = await merge('dotenv', base, `new=x\n${base}`, `${base}new=x\n`);
    expect([text, marked]).toEqual([`new=x\n${base}`, null]);
  });

  it('finds a conflict where both sides added a key in different places, with other values', async () => {
    const base = 'a=1\nb=2\nc=3\nd=4\n';
    const { text, paths, marked } = await merge('dotenv', base, `new=x\n${base}`, `${base}new=y\n`);
    expect([text, paths]).toEqual([`new=x\n${base}`, [[0, 'new']]]);
    expect(marked).toBe(`<<<<<<< ours\nnew=x\n=======\nnew=y\n>>>>>>> theirs\n${base}`);
  });

  it('finds a conflict where one side removed what the other changed', async () => {
    const { text, paths } = await merge('yaml', 'a: 1\nb: 2\nc: 3\n', 'a: 1\nc: 3\n', 'a: 1\nb: 4\nc: 3\n');
    expect([text, paths]).toEqual(['a: 1\nc: 3\n', [[0, 'b']]]);
  });

  it('merges lists by their items, and by name', async () => {
    const list = (...items: readonly string[]): string =>
      `l:\n${items.map((item) => `- ${item}\n`).join('')}`;
    const items = await merge(
      'yaml',
      list('a', 'b', 'c', 'd'),
      list('a2', 'b', 'c', 'd'),
      list('a', 'b', 'd', 'e'),
    );
    expect([items.text, items.marked]).toEqual([list('a2', 'b', 'd', 'e'), null]);
    const named = (...pairs: readonly string[]): string =>
      `l: [${pairs.map((pair) => `{name: ${pair[0]}, v: ${pair.slice(1)}}`).join(', ')}]\n`;
    const flow = await merge('yaml', named('a1', 'b1'), named('a2', 'b1'), named('z1', 'a1', 'b2'));
    expect(flow.marked).toBeNull();
    expect(dataOf(await parsed('yaml', flow.text))).toEqual(
      dataOf(await parsed('yaml', named('a2', 'b2', 'z1'))),
    );
  });

  it('merges documents of one file', async () => {
    const base = 'a: 1\n---\nb: 2\n';
    expect((await merge('yaml', base, 'a: 2\n---\nb: 2\n', 'a: 1\n---\nb: 3\n')).text).toBe(
      'a: 2\n---\nb: 3\n',
    );
    const added = await merge('yaml', base, 'a: 2\n---\nb: 2\n', `${base}---\nc: 3\n`);
    expect([added.text, added.marked]).toEqual(['a: 2\n---\nb: 2\n---\nc: 3\n', null]);
    const both = await merge('yaml', base, `${base}---\nc: 3\n`, `${base}---\nd: 4\n`);
    expect(both.text).toContain('c: 3');
    expect(both.marked === null ? both.text : both.marked).toContain('d: 4');
  });

  it('does not lose a comment of either side: then it is a conflict', async () => {
    const { marked } = await merge('yaml', 'a: 1 # x\n', 'a: 1 # ours\n', 'a: 1 # theirs\n');
    expect(marked).toBe('<<<<<<< ours\na: 1 # ours\n=======\na: 1 # theirs\n>>>>>>> theirs\n');
  });

  it('shows the ancestor where it is asked to, and needs none', async () => {
    const format = await formatNamed('yaml');
    const [base, ours, theirs] = ['a: 1\nb: 1\n', 'a: 2\nb: 1\n', 'a: 3\nb: 1\n'].map((text) =>
      Buffer.from(text),
    );
    const sides = {
      base: base ?? new Uint8Array(),
      ours: ours ?? new Uint8Array(),
      theirs: theirs ?? new Uint8Array(),
    };
    const shown = mergePlain(format, sides, { ...style, style: 'diff3', size: 9 });
    expect(Buffer.from(shown.conflict?.marked ?? []).toString()).toBe(
      '<<<<<<<<< ours\na: 2\n||||||||| base\na: 1\n=========\na: 3\n>>>>>>>>> theirs\nb: 1\n',
    );
    const alone = await merge('yaml', '', 'a: 2\nb: 1\n', 'a: 3\nb: 1\n');
    expect([alone.paths, alone.text]).toEqual([[[0, 'a']], 'a: 2\nb: 1\n']);
  });
});

const kinds: readonly Kind[] = ['manifest', 'yaml edits', 'yaml layouts', 'json', 'dotenv', 'ini'];

describe('merging changes of single values in random files', () => {
  it.each(kinds)('%s: has both changes', async (kind) => {
    let merges = 0;
    for (let seed = 0; seed < 300; seed++) {
      const file = randomFile(kind, seed);
      const base = await tryParse(file.format, file.bytes);
      if (base === null || base.branches.some(hasTwins)) continue;
      const random = new Random(seed);
      const [our, their] = [leafOf(base, random), leafOf(base, random)];
      if (our === null || their === null || apart(our.path, their.path) === false) continue;
      const [ours, theirs] = [tryEdit(base, [put(our, 'ours')]), tryEdit(base, [put(their, 'theirs')])];
      const wanted = tryEdit(base, [put(our, 'ours'), put(their, 'theirs')]);
      if (ours === null || theirs === null || wanted === null) continue;
      const merged = mergePlain(base.format, { base: file.bytes, ours, theirs }, style);
      const label = `${file.title}\n${Buffer.from(file.bytes).toString()}\n${JSON.stringify([our, their])}`;
      expect(merged.conflict?.paths ?? [], label).toEqual([]);
      if (merged.conflict !== null) continue; // a comment that has no place
      expect(dataOf(base.format.parse(merged.text)), label).toEqual(dataOf(base.format.parse(wanted)));
      merges += 1;
    }
    expect(merges).toBeGreaterThan(10);
  });
});

/** Whether a key stands twice in a map: such a map is merged as one value. */
function hasTwins(node: Node): boolean {
  if (node.kind === 'sequence') return node.items.some(hasTwins);
  if (node.kind !== 'mapping') return false;
  const entries = entriesOf(node);
  const keys = new Set(entries.map(({ key }) => JSON.stringify(key)));
  return keys.size < entries.length || entries.some(({ value }) => hasTwins(value));
}

interface Place {
  readonly branch: number;
  readonly path: Path;
}

function put({ branch, path }: Place, value: string): Edit {
  return { kind: 'put', branch, path, value: { kind: 'string', value } };
}

function leafOf({ branches }: Document, random: Random): Place | null {
  const places: Place[] = [];
  branches.forEach((mapping, branch) => {
    walk(mapping, ({ leaf, path }) => {
      if (leaf.kind !== 'comment') places.push({ branch, path: [...path] });
    });
  });
  return places[random.below(places.length)] ?? null;
}

/** Whether two places are different, and in no list together: items that touch are one change to a merge of lines. */
function apart(one: Path, other: Path): boolean {
  const shared = one.findIndex((step, index) => step !== other[index]);
  return shared >= 0 && shared < other.length && ![...one, ...other].some((step) => typeof step === 'number');
}

async function parsed(name: FormatName, text: string): Promise<Document> {
  return (await formatNamed(name)).parse(Buffer.from(text));
}

function dataOf(document: Document): string[] {
  return document.branches.map(valueId);
}

async function tryParse(name: FormatName, bytes: Uint8Array): Promise<Document | null> {
  const format = await formatNamed(name);
  return attempt(() => {
    const document = format.parse(bytes);
    for (const branch of document.branches) walk(branch, () => undefined);
    return document;
  });
}

function tryEdit(document: Document, edits: readonly Edit[]): Uint8Array | null {
  return attempt(() => document.edit(edits));
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
