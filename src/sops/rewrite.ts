import type { Cipher } from '../cipher/cipher.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document, Edit, Format } from '../formats/format.ts';
import { sameSpelledData } from '../tree/equal.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { timestamp } from './encrypt.ts';
import { emptyLayout, type Layout, layOut, sealLayout } from './layout.ts';
import type { OpenFile, OpenOptions } from './open-file.ts';
import { pairLeaves } from './pairing.ts';
import { recordLayout } from './record-layout.ts';
import { requireSelector } from './sealed-file.ts';
import { sealedText } from './sealed-text.ts';
import { sealTree } from './sealing.ts';
import { selectedLeaves } from './selected-leaves.ts';

/**
 * Seals the changed tree `branches` and makes the one change in the sealed text; `plainEdit` is the same change in
 * clear. Where the sealed text would not read back as meant, the change is made in the plaintext and that is sealed, as
 * an edit is.
 */
export function rewrite(
  open: OpenFile,
  branches: readonly Mapping[],
  { system }: OpenOptions,
  sealedEdit: (seals: ReadonlyMap<Leaf, Leaf>) => Edit,
  plainEdit: Edit,
): Uint8Array {
  requireSelector(open.sealed);
  const lastModified = timestamp(system.now());
  const spliced = inSealedText(open, branches, lastModified, sealedEdit, plainEdit);
  return spliced ?? throughPlaintext(open, branches, lastModified, plainEdit);
}

function inSealedText(
  open: OpenFile,
  branches: readonly Mapping[],
  lastModified: string,
  sealedEdit: (seals: ReadonlyMap<Leaf, Leaf>) => Edit,
  plainEdit: Edit,
): Uint8Array | null {
  const { sealed, cipher } = open;
  const { document } = sealed;
  const { seals, mac } = sealTree(branches, sealed.rules, cipher);
  const metadata = { ...sealed.metadata, lastModified, mac: sealMac(cipher, mac, lastModified) };
  const edit = sealedEdit(
    new Map([...seals].map(([leaf, ciphertext]) => [leaf, { kind: 'string', value: ciphertext }])),
  );
  const write = (layout: string | null) =>
    document.edit([
      ...readableComments(open, seals),
      edit,
      { kind: 'metadata', value: encodeMetadata({ ...metadata, layout }) },
    ]);

  const bytes = write(null);
  const again = readAgain(document.format, bytes);
  const opens = again === null ? null : pairLeaves(again, branches, seals, sealed.rules.selector);
  if (again === null || opens === null) return null;
  if (open.layout === null) return bytes;
  const changed = changedPlaintext(open, plainEdit);
  const sealedLeaves = selectedLeaves(changed.data, sealed.rules.selector);
  const layout: Layout = recordLayout({ plain: changed, sealed: again, opens, sealedLeaves });
  return write(sealLayout(layout, metadata.mac, cipher));
}

/** Throws `sops.layout` where the plaintext does not take the change either. */
function throughPlaintext(
  open: OpenFile,
  branches: readonly Mapping[],
  lastModified: string,
  plainEdit: Edit,
): Uint8Array {
  const { cipher, sealed } = open;
  const plain = changedPlaintext(open, plainEdit);
  const asMeant = (branch: Mapping, index: number) => sameSpelledData(branch, plain.data[index] ?? nothing);
  if (plain.data.length !== branches.length || !branches.every(asMeant)) throw unwritable();
  const { seals, mac } = sealTree(plain.data, sealed.rules, cipher);
  const sealedMac = sealMac(cipher, mac, lastModified);
  const metadata = { ...sealed.metadata, lastModified, mac: sealedMac, layout: null };
  return sealedText({ plain, seals, metadata, selector: sealed.rules.selector, cipher, style: {} });
}

const nothing: Mapping = { kind: 'mapping', entries: [] };

function changedPlaintext({ sealed, opens, layout }: OpenFile, plainEdit: Edit): Document {
  const { format } = sealed.document;
  const plain = format.parse(layOut(sealed.document, opens, layout ?? emptyLayout));
  return format.parse(plain.edit([plainEdit]));
}

function readAgain(format: Format, bytes: Uint8Array): Document | null {
  try {
    return format.parseSealed(bytes);
  } catch {
    return null;
  }
}

function sealMac(cipher: Cipher, mac: string, lastModified: string): string {
  return cipher.seal({ kind: 'string', value: mac }, lastModified);
}

/** Comments that should be encrypted and are not (files of old sops releases) are sealed on the way, as sops does. */
function readableComments({ opens }: OpenFile, seals: ReadonlyMap<Leaf, string>): Edit[] {
  const opened = new Set(opens.values());
  return [...seals].flatMap(([leaf, ciphertext]): Edit[] =>
    leaf.kind === 'comment' && !opened.has(leaf) ? [{ kind: 'seal', leaf, ciphertext }] : [],
  );
}

function unwritable(): SopskitError {
  return new SopskitError(
    'sops.layout',
    'the change cannot be written into this text so that sops reads it back as meant',
    {
      hint: 'Make it with `sopskit edit`.',
    },
  );
}
