import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Document, Edit, Format } from '../../src/formats/format.ts';
import type { Path } from '../../src/tree/path.ts';
import type { Leaf, Mapping, Node, Value } from '../../src/tree/value.ts';
import { ciphertext, leavesOf, metadata, seals, seenOf } from './contract-seals.ts';
import { plainTree, plainTrees } from './plain-tree.ts';
import { type Documents, seeded } from './random-documents.ts';
import { referenceSet, referenceUnset } from './reference-set.ts';

/** What the contract suite needs to know of a format. */
export interface Subject {
  readonly format: Format;
  /** Random documents, as byte texts. Those that the format refuses are passed over. */
  readonly documents: Documents;
  /** Files that must be refused, each with its line; every one holds the word `hunter2`, which no message may show. */
  readonly refused: readonly (readonly [text: string, line: number])[];
  /** Paths and values to set; those that the format cannot hold must be refused with a `document.*` error. */
  readonly puts: fc.Arbitrary<{ readonly path: Path; readonly value: Value }>;
  /** How the format types a value that was set (INI and dotenv make strings of everything). Default: as it is. */
  readonly typed?: (value: Value) => Value;
  /** How many random documents each property tries. Default: 300. */
  readonly runs?: number;
  readonly seed?: number;
}

/** The properties that every format has: run once per format. */
export function describeFormat(subject: Subject): void {
  const { format } = subject;
  const documents = fc.integer().map((seed) => subject.documents(seeded(seed)));
  const parameters = { numRuns: subject.runs ?? 300, seed: subject.seed ?? 20260101 };
  const check = (property: (document: Document) => void) => {
    const tried = fc.property(documents, (text) => {
      const document = parsed(format, text);
      fc.pre(document !== null);
      if (document !== null) property(document);
    });
    fc.assert(tried, parameters);
  };

  describe(`${format.name}: the format contract`, () => {
    it('returns the same bytes without edits', () => {
      check((document) => expect(latin1(document.edit([]))).toBe(latin1(document.bytes)));
    });

    it('prints an example that it reads, and prints what it has read the same again', () => {
      const read = format.parse(format.emit(format.example(), {}));
      const printed = format.emit(read.branches, {});
      expect(latin1(format.emit(format.parse(printed).branches, {}))).toBe(latin1(printed));
    });

    it('places every refusal and shows no value', () => {
      for (const [text, line] of subject.refused) {
        const error = refusalOf(() => format.parse(Buffer.from(text, 'latin1')));
        expect(error.code).toMatch(/^document\./);
        expect(error.place?.line, text).toBe(line);
        expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
      }
    });

    it('seals the chosen leaves and no others', () => {
      check((document) => {
        const chosen = leavesOf(document).filter((_, index) => index % 2 === 0);
        const sealed = format.parseSealed(
          document.edit([...seals(chosen), { kind: 'metadata', value: metadata('a') }]),
        );
        expect(latin1(seenOf(sealed.data))).toBe(
          latin1(seenOf(document.data, new Map(chosen.map((leaf, i) => [leaf, ciphertext(i)])))),
        );
      });
    });

    it('opens what it sealed to the same values, and with the recorded spellings to the same bytes', () => {
      check((document) => {
        const chosen = leavesOf(document);
        const sites = document.sites(new Set(chosen));
        const sealed = format.parseSealed(
          document.edit([...seals(chosen), { kind: 'metadata', value: metadata('a') }]),
        );
        const sealedLeaves = leavesOf(sealed);
        expect(sealedLeaves.length).toBe(chosen.length);
        const opens = sealedLeaves.map((leaf, i): Edit => ({ kind: 'open', leaf, value: chosen[i] ?? leaf }));
        const respells = sites.map(({ node, branch, path, spelling }): Edit => {
          const index = chosen.indexOf(node as Leaf);
          const target = index === -1 ? nodeAt(sealed.data[branch], path) : (sealedLeaves[index] ?? node);
          return { kind: 'respell', node: target, spelling };
        });
        const plain: Edit = { kind: 'metadata', value: null };
        const opened = format.parse(sealed.edit([...opens, plain]));
        expect(asPrinted(opened.branches)).toBe(asPrinted(document.branches));
        expect(latin1(sealed.edit([...opens, ...respells, plain]))).toBe(latin1(document.bytes));
      });
    });

    it('replaces ciphertext by other ciphertext, and nothing else', () => {
      check((document) => {
        const chosen = leavesOf(document);
        const sealed = format.parseSealed(
          document.edit([...seals(chosen), { kind: 'metadata', value: metadata('a') }]),
        );
        const reseals = leavesOf(sealed).map(
          (leaf, index): Edit => ({ kind: 'reseal', leaf, ciphertext: ciphertext(index, 'b3RoZXI=') }),
        );
        const resealed = format.parseSealed(sealed.edit(reseals));
        expect(latin1(seenOf(resealed.data))).toBe(
          latin1(seenOf(document.data, new Map(chosen.map((leaf, i) => [leaf, ciphertext(i, 'b3RoZXI=')])))),
        );
        // INI: a place that a later line overrides may have been emptied, and is filled again.
        if (format.name !== 'ini') expect(resealed.bytes.length).toBe(sealed.bytes.length);
      });
    });

    it('changes no byte outside of a sealed place', () => {
      check((document) => {
        for (const leaf of leavesOf(document).slice(0, 5)) {
          const [site] = document.sites(new Set([leaf]));
          if (site === undefined || site.spelling.startsWith('\n')) continue;
          const changed = document.edit([{ kind: 'seal', leaf, ciphertext: ciphertext(0) }]);
          const kept = document.bytes.length - Buffer.byteLength(site.spelling);
          expect(sharedEnds(document.bytes, changed)).toBeGreaterThanOrEqual(kept);
        }
      });
    });

    it('restores the bytes when metadata is added and taken out', () => {
      check((document) => {
        const sealed = format.parseSealed(document.edit([{ kind: 'metadata', value: metadata('a') }]));
        expect(plainTree(sealed.metadata ?? { kind: 'null' })).toEqual(plainTree(metadata('a')));
        const data =
          document.format.name === 'binary' ? plainTrees(sealed.data).length : plainTrees(sealed.data, true);
        expect(data).toEqual(document.format.name === 'binary' ? 1 : plainTrees(document.data, true));
        if (document.format.name === 'binary') return;
        expect(latin1(sealed.edit([{ kind: 'metadata', value: null }]))).toBe(latin1(document.bytes));
      });
    });

    it('replaces metadata as if the old had not been', () => {
      check((document) => {
        const first = format.parseSealed(document.edit([{ kind: 'metadata', value: metadata('a') }]));
        const replaced = first.edit([{ kind: 'metadata', value: metadata('b\nc') }]);
        expect(latin1(replaced)).toBe(latin1(document.edit([{ kind: 'metadata', value: metadata('b\nc') }])));
      });
    });

    it('sets values as sops does, or says that it cannot', () => {
      const tried = fc.property(documents, subject.puts, (text, { path, value }) => {
        const document = parsed(format, text);
        const [root] = document?.data ?? [];
        if (document === null || root === undefined) return;
        const edit = () => document.edit([{ kind: 'put', branch: 0, path, value }]);
        const expected = referenceSet(root, path, subject.typed?.(value) ?? value);
        const result = outcome(edit);
        if (result instanceof SopskitError) {
          expect(result.code).toMatch(/^document\./);
          if (format.metadataShape === 'nested' && format.name !== 'binary') expect(expected).toBeNull();
          return;
        }
        expect(plainTrees(format.parse(result).data.slice(0, 1))).toEqual(
          expected === null ? [] : [plainTree(expected)],
        );
      });
      fc.assert(tried, parameters);
    });

    it('sets values in a file with metadata, and keeps the metadata', () => {
      const tried = fc.property(documents, subject.puts, (text, { path, value }) => {
        const document = parsed(format, text);
        if (document === null) return;
        const sealed = format.parseSealed(document.edit([{ kind: 'metadata', value: metadata('a') }]));
        const [root] = sealed.data;
        const result = outcome(() => sealed.edit([{ kind: 'put', branch: 0, path, value }]));
        if (root === undefined || result instanceof SopskitError) return;
        const read = format.parseSealed(result);
        const expected = referenceSet(root, path, subject.typed?.(value) ?? value);
        expect(plainTree(read.metadata ?? { kind: 'null' })).toEqual(plainTree(metadata('a')));
        expect(plainTrees(read.data.slice(0, 1))).toEqual(expected === null ? [] : [plainTree(expected)]);
      });
      fc.assert(tried, parameters);
    });

    it('removes what is there, and only that', () => {
      check((document) => {
        const [root] = document.data;
        if (root === undefined || format.name === 'binary') return;
        for (const path of pathsOf(root).slice(0, 6)) {
          const expected = referenceUnset(root, path);
          const removed = outcome(() => document.edit([{ kind: 'remove', branch: 0, path }]));
          // Keys of INI that are numbered by position, except the last.
          if (removed instanceof SopskitError && format.name === 'ini' && /^#/.test(String(path[1])))
            continue;
          if (removed instanceof SopskitError) throw removed;
          const read = format.parse(removed);
          const topGoesNot = path[0] === 'DEFAULT' && path.length === 1;
          if (!topGoesNot)
            expect(plainTrees(read.data.slice(0, 1))).toEqual(expected === null ? [] : [plainTree(expected)]);
        }
        const missing: Edit = { kind: 'remove', branch: 0, path: ['no such key', 'at all'] };
        expect(refusalOf(() => document.edit([missing])).code).toBe('document.path-not-found');
      });
    });
  });
}

function parsed(format: Format, text: string): Document | null {
  const document = outcome(() => format.parse(Buffer.from(text, 'latin1')));
  if (document instanceof SopskitError) return null;
  // Random keys can be metadata by accident, and some files cannot be sealed without a value left readable.
  if (outcome(() => document.metadata) !== null) return null;
  return outcome(() => document.edit([{ kind: 'metadata', value: metadata('a') }])) instanceof SopskitError
    ? null
    : document;
}

function outcome<T>(run: () => T): T | SopskitError {
  try {
    return run();
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

function refusalOf(run: () => unknown): SopskitError {
  const result = outcome(run);
  if (!(result instanceof SopskitError)) throw new Error('expected a refusal');
  return result;
}

function nodeAt(root: Mapping | undefined, path: Path): Node {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node?.kind === 'mapping')
      node = node.entries.flatMap((m) => (m.kind === 'entry' && m.key === step ? [m.value] : []))[0];
    else if (node?.kind === 'sequence') node = node.items[Number(step)];
  }
  if (node === undefined) throw new Error(`nothing at ${path.join('/')}`);
  return node;
}

function pathsOf(node: Node, path: Path = []): Path[] {
  if (node.kind === 'mapping') {
    return node.entries.flatMap((member) => {
      const first = node.entries.find(
        (other) => other.kind === 'entry' && member.kind === 'entry' && other.key === member.key,
      );
      if (member.kind !== 'entry' || typeof member.key !== 'string' || first !== member) return [];
      return [[...path, member.key], ...pathsOf(member.value, [...path, member.key])];
    });
  }
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap((item, index) => [[...path, index], ...pathsOf(item, [...path, index])]);
}

/** How many bytes two texts share at their start and end together. */
function sharedEnds(a: Uint8Array, b: Uint8Array): number {
  const limit = Math.min(a.length, b.length);
  let start = 0;
  while (start < limit && a[start] === b[start]) start++;
  let end = 0;
  while (end < limit - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return start + end;
}

/** Trees as text, with floats that print as integers (`1.0`, as `1`) taken for integers. */
function asPrinted(branches: readonly Mapping[]): string {
  return JSON.stringify(plainTrees(branches))
    .replaceAll('{"float":"-0"', '{"float":"0"')
    .replaceAll('{"float":', '{"int":');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
