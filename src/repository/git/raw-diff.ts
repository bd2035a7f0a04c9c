import { pathText } from '../../system/path-text.ts';
import type { SnapshotFile } from '../snapshot.ts';

/** One line of git's raw diff output: a file as it is afterwards. */
export interface RawChange {
  /** `A`, `M`, `T`, `D`, `U` (unmerged); of a merge one letter a parent. */
  readonly status: string;
  /** `null` where there is no file afterwards. */
  readonly file: SnapshotFile | null;
  readonly path: string;
  /** What it was before, of a change with one parent; `null` where there was none. */
  readonly blobBefore: string | null;
}

/** One item of `diff-tree --stdin`: a commit, then its changes. */
export type RawItem = { readonly commit: string } | RawChange;

/**
 * Reads `--raw -z --no-renames --no-abbrev` output (git-diff: "Raw output format", combined diffs too); lines that are no
 * change are commits.
 */
export function readRawDiff(output: Uint8Array): RawItem[] {
  const parts = splitAtNul(output);
  const items: RawItem[] = [];
  for (let at = 0; at < parts.length; at++) {
    const head = (parts[at] ?? new Uint8Array()).toString().trim();
    if (!head.startsWith(':')) {
      if (head !== '') items.push({ commit: head });
      continue;
    }
    at++;
    items.push(readChange(head, pathText(parts[at] ?? new Uint8Array())));
  }
  return items;
}

function readChange(head: string, path: string): RawChange {
  const parents = head.length - head.replace(/^:+/, '').length;
  const fields = head.slice(parents).split(' ');
  const mode = fields[parents] ?? '';
  const blob = fields[2 * parents + 1] ?? '';
  const status = fields.at(-1) ?? '';
  const before = parents === 1 ? (fields[2] ?? '') : '';
  const blobBefore = before === '' || isNull(before) ? null : before;
  const kind = kindOfMode(mode);
  const file = kind === null ? null : { path, kind, blob: isNull(blob) ? null : blob };
  return { status, path, file, blobBefore };
}

/** Reads a mode as git prints it; `null` for no file at all (000000) and for folders. */
export function kindOfMode(mode: string): SnapshotFile['kind'] | null {
  if (mode.startsWith('100')) return 'file';
  if (mode === '120000') return 'symlink';
  return mode === '160000' ? 'submodule' : null;
}

/** Splits output with `-z`: every part ends with a NUL. */
export function splitAtNul(output: Uint8Array): Buffer[] {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  const parts: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0, start);
    if (end < 0) break;
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (start < bytes.length) parts.push(bytes.subarray(start));
  return parts;
}

function isNull(id: string): boolean {
  return /^0+$/.test(id);
}
