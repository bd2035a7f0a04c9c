import { SopskitError } from '../errors/sopskit-error.ts';
import type { Edit } from '../formats/format.ts';
import { isReservedKey } from '../formats/metadata-place.ts';
import type { Path } from '../tree/path.ts';
import { replaceLeaves } from '../tree/replace.ts';
import { setAt, unsetAt } from '../tree/set-path.ts';
import type { Leaf, Mapping, Value } from '../tree/value.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { timestamp } from './encrypt.ts';
import { type Layout, layOut, sealLayout } from './layout.ts';
import type { OpenFile, OpenOptions } from './open-file.ts';
import { pairLeaves } from './pairing.ts';
import { readableFloats } from './readable-floats.ts';
import { recordLayout } from './record-layout.ts';
import { requireSelector } from './sealed-file.ts';
import { sealTree } from './sealing.ts';
import { selectedLeaves } from './selected-leaves.ts';

export interface SetOutcome {
  readonly bytes: Uint8Array;
  /** Whether the data differs from what was there. */
  readonly changed: boolean;
}

/**
 * Sets a value of the first document: the lines of the value, the MAC and `lastmodified` change, all others stay.
 * Throws `usage.set-value` for a path that does not fit the tree.
 */
export function setValue(open: OpenFile, path: Path, value: Value, options: OpenOptions): SetOutcome {
  checkReserved(open, path);
  const { branch, changed } = setAt(firstOf(open), path, value);
  const readable = readableFloats(value, open.sealed.document.format);
  const put = (leaves: ReadonlyMap<Leaf, Leaf>): Edit => {
    return { kind: 'put', branch: 0, path, value: replaceValue(value, leaves) };
  };
  const bytes = rewrite(
    open,
    branch,
    options,
    (seals) => put(new Map([...readable, ...seals])),
    put(readable),
  );
  return { bytes, changed };
}

/** Removes a value of the first document. Throws `document.path-not-found`, `usage.set-value`. */
export function unsetValue(open: OpenFile, path: Path, options: OpenOptions): Uint8Array {
  const remove: Edit = { kind: 'remove', branch: 0, path };
  return rewrite(open, unsetAt(firstOf(open), path), options, () => remove, remove);
}

function firstOf(open: OpenFile): Mapping {
  const [first] = open.branches;
  if (first === undefined) throw new SopskitError('document.empty', 'the file has no document');
  return first;
}

function checkReserved(open: OpenFile, [key]: Path): void {
  if (typeof key !== 'string' || !isReservedKey(key, open.sealed.document.format.metadataShape)) return;
  throw new SopskitError(
    'sops.already-encrypted',
    `the key ${JSON.stringify(key)} is kept for the metadata of sops`,
    {
      place: { path: [key] },
      hint: 'Choose another key. The keys of a file change with `updatekeys`, `rotate --add-age` and `groups`.',
    },
  );
}

/** Seals the changed tree and makes the one change in the sealed text; `plainEdit` is the same change in clear. */
function rewrite(
  open: OpenFile,
  first: Mapping,
  { system }: OpenOptions,
  sealedEdit: (seals: ReadonlyMap<Leaf, Leaf>) => Edit,
  plainEdit: Edit,
): Uint8Array {
  const { sealed, cipher } = open;
  requireSelector(sealed);
  const { document } = sealed;
  const branches = [first, ...open.branches.slice(1)];
  const { seals, mac } = sealTree(branches, sealed.rules, cipher);
  const lastModified = timestamp(system.now());
  const metadata = {
    ...sealed.metadata,
    lastModified,
    mac: cipher.seal({ kind: 'string', value: mac }, lastModified),
  };
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
  const again = document.format.parseSealed(bytes);
  const opens = pairLeaves(again, branches, seals, sealed.rules.selector);
  if (opens === null) throw unwritable();
  if (open.layout === null) return bytes;
  const changed = document.format.parse(
    document.format.parse(layOut(document, open.opens, open.layout)).edit([plainEdit]),
  );
  const sealedLeaves = selectedLeaves(changed.data, sealed.rules.selector);
  const layout: Layout = recordLayout({ plain: changed, sealed: again, opens, sealedLeaves });
  return write(sealLayout(layout, metadata.mac, cipher));
}

/** Comments that should be encrypted and are not (files of old sops releases) are sealed on the way, as sops does. */
function readableComments({ opens }: OpenFile, seals: ReadonlyMap<Leaf, string>): Edit[] {
  const opened = new Set(opens.values());
  return [...seals].flatMap(([leaf, ciphertext]): Edit[] =>
    leaf.kind === 'comment' && !opened.has(leaf) ? [{ kind: 'seal', leaf, ciphertext }] : [],
  );
}

function replaceValue(value: Value, seals: ReadonlyMap<Leaf, Leaf>): Value {
  const root = replaceLeaves({ kind: 'mapping', entries: [{ kind: 'entry', key: 'value', value }] }, seals)
    .entries[0];
  return root?.kind === 'entry' ? root.value : value;
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
