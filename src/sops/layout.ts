import { createHash } from 'node:crypto';
import type { Cipher } from '../cipher/cipher.ts';
import type { Document, Edit } from '../formats/format.ts';
import { nodeAt } from '../tree/node-at.ts';
import type { Path } from '../tree/path.ts';
import type { Leaf } from '../tree/value.ts';
import { layoutField } from './layout-field.ts';
import type { Metadata } from './metadata.ts';

/**
 * What ciphertext cannot carry of a plaintext's layout: number spelling, folds, aliases and tags over sealed leaves.
 * It lies sealed in the metadata field `sopskit_layout`, bound to the file's MAC, and is absent in most files.
 * Absent, stale or invalid means: no exceptions.
 */
export interface Layout {
  /** Places whose spelling differs from what opening would print: branch, path (indexes count comments), text. */
  readonly spellings: readonly (readonly [branch: number, path: Path, text: string])[];
  /** The rest that differs, e.g. a missing final newline: one replacement in the bytes that result. */
  readonly patch: Patch | null;
}

/** Replaces bytes `start` to `end` of a text whose SHA-256 begins with `guard` by `bytes` (base64). */
export interface Patch {
  readonly start: number;
  readonly end: number;
  readonly bytes: string;
  readonly guard: string;
}

export const emptyLayout: Layout = { spellings: [], patch: null };

/** Seals a layout record; its additional data binds it to the sealed MAC beside it. */
export function sealLayout(layout: Layout, mac: string, cipher: Cipher): string {
  const { spellings, patch } = layout;
  const text = JSON.stringify({
    v: 1,
    ...(spellings.length > 0 ? { spellings } : {}),
    ...(patch ? { patch } : {}),
  });
  return cipher.seal({ kind: 'string', value: text }, additionalData(mac));
}

/** Opens the record of a file; `null` where there is none that belongs to it. */
export function openLayout(metadata: Metadata, cipher: Cipher): Layout | null {
  if (metadata.layout === null) return null;
  try {
    const record = cipher.open(metadata.layout, additionalData(metadata.mac));
    return record.kind === 'string' ? decodeLayout(JSON.parse(record.value)) : null;
  } catch {
    return null;
  }
}

/** Opens a sealed document in its own layout: values spliced in, recorded spellings restored, metadata taken out. */
export function layOut(document: Document, opens: ReadonlyMap<Leaf, Leaf>, layout: Layout): Uint8Array {
  const edits: Edit[] = [{ kind: 'metadata', value: null }];
  for (const [leaf, value] of opens) edits.push({ kind: 'open', leaf, value });
  for (const [branch, path, spelling] of layout.spellings) {
    const node = nodeAt(document.data[branch], path);
    if (node !== null) edits.push({ kind: 'respell', node, spelling });
  }
  return applyPatch(document.edit(edits), layout.patch);
}

/** Finds the one replacement that turns `from` into `to`; `null` where they are equal. */
export function patchBetween(from: Uint8Array, to: Uint8Array): Patch | null {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start += 1;
  if (start === from.length && start === to.length) return null;
  let tail = 0;
  while (tail < shorter - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1;
  const bytes = Buffer.from(to.subarray(start, to.length - tail)).toString('base64');
  return { start, end: from.length - tail, bytes, guard: guardOf(from) };
}

function applyPatch(bytes: Uint8Array, patch: Patch | null): Uint8Array {
  if (patch === null || patch.guard !== guardOf(bytes) || patch.end > bytes.length) return bytes;
  return Buffer.concat([
    bytes.subarray(0, patch.start),
    Buffer.from(patch.bytes, 'base64'),
    bytes.subarray(patch.end),
  ]);
}

function guardOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 22);
}

function additionalData(mac: string): string {
  return `${layoutField}:${mac}`;
}

function decodeLayout(record: unknown): Layout | null {
  if (!isObject(record) || record['v'] !== 1) return null;
  const spellings = record['spellings'] ?? [];
  const patch = record['patch'] ?? null;
  if (!Array.isArray(spellings) || !spellings.every(isSpelling)) return null;
  if (patch !== null && !isPatch(patch)) return null;
  return { spellings, patch };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSpelling(value: unknown): value is Layout['spellings'][number] {
  if (!Array.isArray(value)) return false;
  const [branch, path, text] = value;
  return Number.isInteger(branch) && Array.isArray(path) && typeof text === 'string';
}

function isPatch(value: unknown): value is Patch {
  return (
    isObject(value) &&
    Number.isInteger(value['start']) &&
    Number.isInteger(value['end']) &&
    typeof value['bytes'] === 'string' &&
    typeof value['guard'] === 'string'
  );
}
