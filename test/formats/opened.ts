import { randomBytes } from 'node:crypto';
import { Cipher } from '../../src/cipher/cipher.ts';
import type { Document, Edit } from '../../src/formats/format.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { Leaf, Mapping, Node } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

/** The values of a file of which sops encrypted everything. */
export function openedLeaves(document: Document, dataKey: Uint8Array): ReadonlyMap<Leaf, Leaf> {
  const cipher = new Cipher(new Secret(Uint8Array.from(dataKey)), randomBytes);
  const opened = new Map<Leaf, Leaf>();
  for (const branch of document.data) {
    walk(branch, ({ leaf, additionalData }) => {
      const text = leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value : '';
      if (text === '') return;
      try {
        opened.set(leaf, cipher.open(text, additionalData));
      } catch (error) {
        // sops takes a comment that does not decrypt as it is.
        if (leaf.kind !== 'comment') throw error;
      }
    });
  }
  return opened;
}

/** Whether a comment stands in the encrypted file that is no ciphertext: sops re-prints it, sopskit leaves it alone. */
export function hasReadableComment(document: Document, opened: ReadonlyMap<Leaf, Leaf>): boolean {
  let found = false;
  for (const branch of document.data) {
    walk(branch, ({ leaf }) => {
      if (leaf.kind === 'comment' && leaf.text !== '' && !opened.has(leaf)) found = true;
    });
  }
  return found;
}

/** The plaintext bytes, by edits of the encrypted text. */
export function openedText(document: Document, opened: ReadonlyMap<Leaf, Leaf>): string {
  const opens = [...opened].map(([leaf, value]): Edit => ({ kind: 'open', leaf, value }));
  return Buffer.from(document.edit([...opens, { kind: 'metadata', value: null }])).toString('latin1');
}

/** The decrypted tree. */
export function openedTree(document: Document, opened: ReadonlyMap<Leaf, Leaf>): Mapping[] {
  return document.data.map((branch) => openNode(branch, opened) as Mapping);
}

function openNode(node: Node, opened: ReadonlyMap<Leaf, Leaf>): Node {
  if (node.kind === 'sequence') return { ...node, items: node.items.map((item) => openNode(item, opened)) };
  if (node.kind !== 'mapping') return opened.get(node) ?? node;
  const entries = node.entries.map((member) => {
    if (member.kind === 'comment') return openNode(member, opened) as typeof member;
    return { ...member, value: openNode(member.value, opened) as typeof member.value };
  });
  return { ...node, entries };
}
