import type { Document, Edit } from '../../src/formats/format.ts';
import type { Leaf, Mapping, Value } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';
import { plainTree } from './plain-tree.ts';

/** The leaves that can be sealed, in the order of the walk. */
export function leavesOf(document: Document): Leaf[] {
  const leaves: Leaf[] = [];
  for (const branch of document.data) {
    walk(branch, ({ leaf }) => {
      const text = leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value : ' ';
      if (text !== '') leaves.push(leaf);
    });
  }
  return leaves;
}

export function seals(leaves: readonly Leaf[]): Edit[] {
  return leaves.map((leaf, index) => ({ kind: 'seal', leaf, ciphertext: ciphertext(index) }));
}

export function ciphertext(index: number, iv = 'dGVzdA=='): string {
  return `ENC[AES256_GCM,data:dGVzdA/+${index}==,iv:${iv},tag:dGVzdA==,type:str]`;
}

/** All leaves in order, as text, with the ciphertext in place of those that are sealed. */
export function seenOf(
  branches: readonly Mapping[],
  sealed: ReadonlyMap<Leaf, string> = new Map(),
): Uint8Array {
  const seen: string[] = [];
  for (const branch of branches) {
    walk(branch, ({ leaf }) => {
      const own =
        leaf.kind === 'comment'
          ? leaf.text.replace(/(?<=^ENC\[.*\])\s*\n;$/, '')
          : JSON.stringify(Object.values(plainTree(leaf) as object)[0]);
      const text = sealed.get(leaf);
      seen.push(text === undefined ? own : leaf.kind === 'comment' ? text : JSON.stringify(text));
    });
  }
  return Buffer.from(seen.join('\n'));
}

export function metadata(version: string): Mapping {
  const text = (value: string): Value => ({ kind: 'string', value });
  const recipient = map([
    ['enc', text('-----BEGIN TEST-----\nline\n-----END TEST-----\n')],
    ['recipient', text('test key')],
  ]);
  return map([
    ['age', { kind: 'sequence', items: [recipient] }],
    ['lastmodified', text('2026-01-01T00:00:00Z')],
    ['mac', text(ciphertext(0))],
    ['version', text(version)],
  ]);
}

export function map(members: readonly (readonly [string, Value])[]): Mapping {
  return { kind: 'mapping', entries: members.map(([key, value]) => ({ kind: 'entry', key, value })) };
}
