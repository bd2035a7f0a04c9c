import type { Cipher } from '../cipher/cipher.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document, EmitStyle } from '../formats/format.ts';
import { joinMetadata } from '../formats/join-metadata.ts';
import { replaceLeaves } from '../tree/replace.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { type Layout, sealLayout } from './layout.ts';
import type { Metadata } from './metadata.ts';
import { openedText } from './opened-text.ts';
import { pairLeaves } from './pairing.ts';
import { recordLayout } from './record-layout.ts';
import { readableEdits, sealEdits } from './sealing.ts';
import type { CompiledSelector } from './selector.ts';

export interface Draft {
  readonly plain: Document;
  readonly seals: ReadonlyMap<Leaf, string>;
  /** Complete but for the layout record. */
  readonly metadata: Metadata;
  readonly selector: CompiledSelector;
  readonly cipher: Cipher;
  readonly style: EmitStyle;
}

/**
 * Writes the sealed text of a plain document and proves it before it is used: read again, it must have the same
 * paths, values and selection; opened, it must give the plain bytes. What ciphertext cannot carry becomes the layout
 * record. Throws `sops.layout` for a text that cannot be sealed so.
 */
export function sealedText(draft: Draft): Uint8Array {
  const spliced = attempt(draft, (metadata) => splice(draft, metadata));
  return spliced ?? attempt(draft, (metadata) => emit(draft, metadata)) ?? fail(draft);
}

/** Returns the text that `write` makes, with its layout record, or `null` where it would read differently. */
function attempt(draft: Draft, write: (metadata: Mapping) => Uint8Array): Uint8Array | null {
  const { plain, seals, metadata, cipher, selector } = draft;
  const bytes = write(encodeMetadata(metadata));
  const sealed = reread(draft, bytes);
  const opens = sealed === null ? null : pairLeaves(sealed, plain.data, seals, selector);
  if (sealed === null || opens === null) return null;
  if (Buffer.compare(openedText(sealed, opens, null, draft.style), plain.bytes) === 0) return bytes;
  const layout: Layout = recordLayout({ plain, sealed, opens, sealedLeaves: new Set(seals.keys()) });
  return write(encodeMetadata({ ...metadata, layout: sealLayout(layout, metadata.mac, cipher) }));
}

function reread(draft: Draft, bytes: Uint8Array): Document | null {
  try {
    return draft.plain.format.parseSealed(bytes);
  } catch {
    return null;
  }
}

function splice({ plain, seals, style }: Draft, metadata: Mapping): Uint8Array {
  const edits = [...sealEdits(seals), ...readableEdits(plain.data, seals)];
  return plain.edit([...edits, { kind: 'metadata', value: metadata }], style);
}

/** As sops itself would write it: for texts whose layout no splice can carry. */
function emit({ plain, seals, style }: Draft, metadata: Mapping): Uint8Array {
  const strings = new Map<Leaf, Leaf>();
  for (const [leaf, ciphertext] of seals) {
    strings.set(
      leaf,
      leaf.kind === 'comment' ? { ...leaf, text: ciphertext } : { kind: 'string', value: ciphertext },
    );
  }
  const data = plain.data.map((branch) => replaceLeaves(branch, strings));
  return plain.format.emitSealed(joinMetadata(data, metadata, plain.format.metadataShape), style);
}

function fail({ plain }: Draft): never {
  throw new SopskitError(
    'sops.layout',
    `this ${plain.format.name} text cannot be encrypted so that sops reads it back as it is`,
    {
      hint: 'Write it in a plainer layout: comments on lines of their own, no aliases into encrypted parts.',
    },
  );
}
