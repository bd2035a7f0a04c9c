import type { Document, Edit } from '../../../src/formats/format.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import { nodeAt } from '../../../src/tree/node-at.ts';
import type { Leaf } from '../../../src/tree/value.ts';
import { fakeCiphertext, fakeMetadata, textOf } from './edit-fake.ts';
import { dataWithoutComments, leavesOf } from './edit-tree.ts';

/** A document with fake ciphertexts for the chosen leaves and with metadata, read again. */
export class SealedYaml {
  readonly document: Document;
  /** Its data as it should be, comments left out. */
  readonly expected: unknown;
  readonly #plain: Document;
  readonly #chosen: readonly Leaf[];

  constructor(plain: Document, chosen: readonly Leaf[]) {
    this.#plain = plain;
    this.#chosen = chosen;
    const texts = new Map(chosen.map((leaf, index) => [leaf, fakeCiphertext(index)]));
    const seals = [...texts].map(([leaf, ciphertext]): Edit => ({ kind: 'seal', leaf, ciphertext }));
    this.document = yamlFormat.parse(plain.edit([...seals, { kind: 'metadata', value: fakeMetadata('a') }]));
    this.expected = plain.branches.map((branch) => dataWithoutComments(branch, texts));
  }

  /** The edits that open every leaf. */
  opens(): Edit[] {
    const plain = new Map(this.#chosen.map((leaf, index) => [fakeCiphertext(index), leaf]));
    return this.document.data.flatMap(leavesOf).flatMap((leaf): Edit[] => {
      const text = leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value.trimEnd() : '';
      const value = plain.get(text);
      return value === undefined ? [] : [{ kind: 'open', leaf, value }];
    });
  }

  /** The opened text without the metadata. */
  opened(): Uint8Array {
    return this.document.edit([...this.opens(), { kind: 'metadata', value: null }]);
  }

  /** The same with every spelling that the plain document had. */
  respelled(): string {
    const respells = this.#plain.sites(new Set(this.#chosen)).flatMap((site): Edit[] => {
      const node = nodeAt(this.document.data[site.branch], site.path);
      if (node === null || site.node.kind === 'comment') return [];
      return [{ kind: 'respell', node, spelling: site.spelling }];
    });
    return textOf(this.document.edit([...this.opens(), ...respells, { kind: 'metadata', value: null }]));
  }
}
