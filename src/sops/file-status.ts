import type { Document } from '../formats/format.ts';
import { valueAt } from '../tree/mapping.ts';
import { weakString } from './weak-types.ts';

/** Whether a file holds sops metadata with a version and a MAC (filestatus.go). Says nothing of its values. */
export function isEncrypted(document: Document): boolean {
  const block = document.metadata;
  if (block === null) return false;
  return ['version', 'mac'].every((field) => weakString(valueAt(block, field), field) !== '');
}
