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

function replaceValue(value: Value, seals: ReadonlyMap<Leaf, Leaf>): Value {
  const root = replaceLeaves({ kind: 'mapping', entries: [{ kind: 'entry', key: 'value', value }] }, seals)
    .entries[0];
  return root?.kind === 'entry' ? root.value : value;
}
