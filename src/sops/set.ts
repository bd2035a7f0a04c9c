import { SopskitError } from '../errors/sopskit-error.ts';
import type { Edit } from '../formats/format.ts';
import { isReservedKey } from '../formats/metadata-place.ts';
import type { Path } from '../tree/path.ts';
import { replaceLeaves } from '../tree/replace.ts';
import { setAt, unsetAt } from '../tree/set-path.ts';
import type { Leaf, Mapping, Value } from '../tree/value.ts';
import type { OpenFile, OpenOptions } from './open-file.ts';
import { readableFloats } from './readable-floats.ts';
import { rewrite } from './rewrite.ts';

export interface SetOptions extends OpenOptions {
  /** Which document of the file, from 0. Default: the first, as in sops. */
  readonly branch?: number;
}

export interface SetOutcome {
  readonly bytes: Uint8Array;
  /** Whether the data differs from what was there. */
  readonly changed: boolean;
}

/**
 * Sets a value of a document: the lines of the value, the MAC and `lastmodified` change, all others stay.
 * Throws `usage.set-value` for a path that does not fit the tree.
 */
export function setValue(open: OpenFile, path: Path, value: Value, options: SetOptions): SetOutcome {
  checkReserved(open, path);
  const at = options.branch ?? 0;
  const { branch, changed } = setAt(documentOf(open, at), path, value);
  const readable = readableFloats(value, open.sealed.document.format);
  const put = (leaves: ReadonlyMap<Leaf, Leaf>): Edit => {
    return { kind: 'put', branch: at, path, value: replaceValue(value, leaves) };
  };
  const bytes = rewrite(
    open,
    withDocument(open, at, branch),
    options,
    (seals) => put(new Map([...readable, ...seals])),
    put(readable),
  );
  return { bytes, changed };
}

/** Removes a value of a document. Throws `document.path-not-found`, `usage.set-value`. */
export function unsetValue(open: OpenFile, path: Path, options: SetOptions): Uint8Array {
  const at = options.branch ?? 0;
  const remove: Edit = { kind: 'remove', branch: at, path };
  const branches = withDocument(open, at, unsetAt(documentOf(open, at), path));
  return rewrite(open, branches, options, () => remove, remove);
}

function documentOf(open: OpenFile, at: number): Mapping {
  const branch = open.branches[at];
  if (branch === undefined) throw new SopskitError('document.empty', 'the file has no such document');
  return branch;
}

function withDocument(open: OpenFile, at: number, branch: Mapping): readonly Mapping[] {
  return open.branches.map((other, index) => (index === at ? branch : other));
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

function replaceValue(value: Value, seals: ReadonlyMap<Leaf, Leaf>): Value {
  const root = replaceLeaves({ kind: 'mapping', entries: [{ kind: 'entry', key: 'value', value }] }, seals)
    .entries[0];
  return root?.kind === 'entry' ? root.value : value;
}
