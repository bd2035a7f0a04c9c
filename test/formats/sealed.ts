import { randomBytes } from 'node:crypto';
import { Cipher } from '../../src/cipher/cipher.ts';
import { Mac } from '../../src/cipher/mac.ts';
import type { Document, Edit } from '../../src/formats/format.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

/** Seals every leaf of a document by edits, with another file's data key and metadata and a MAC of its own. */
export function sealedBytes(document: Document, metadata: Mapping, dataKey: Uint8Array): Uint8Array {
  const cipher = new Cipher(new Secret(Uint8Array.from(dataKey)), randomBytes);
  const mac = new Mac(false);
  const edits: Edit[] = [];
  for (const branch of document.data) {
    walk(branch, ({ leaf, additionalData }) => {
      mac.add(leaf, true);
      const ciphertext = cipher.seal(leaf, additionalData);
      if (ciphertext !== '') edits.push({ kind: 'seal', leaf, ciphertext });
    });
  }
  const modified = textAt(metadata, 'lastmodified');
  const sealedMac = cipher.seal({ kind: 'string', value: mac.digest() }, modified);
  const entries = metadata.entries.map((member) =>
    member.kind === 'entry' && member.key === 'mac'
      ? { ...member, value: { kind: 'string', value: sealedMac } as const }
      : member,
  );
  return document.edit([...edits, { kind: 'metadata', value: { kind: 'mapping', entries } }]);
}

function textAt(metadata: Mapping, key: string): string {
  for (const member of metadata.entries) {
    if (member.kind === 'entry' && member.key === key && member.value.kind === 'string')
      return member.value.value;
  }
  throw new Error(`the metadata has no ${key}`);
}
