import type { MasterKey } from '../keys/key-source.ts';
import type { Metadata } from './metadata.ts';

/**
 * Whether keys open a file, by their public halves: one of a single group, or one each of as many groups as its Shamir
 * threshold asks for (0 or none: of all).
 */
export function opensWith(
  { keyGroups, shamirThreshold }: Pick<Metadata, 'keyGroups' | 'shamirThreshold'>,
  holds: (key: MasterKey) => boolean,
): boolean {
  const open = keyGroups.filter((group) => group.some(holds)).length;
  const needed = keyGroups.length > 1 ? shamirThreshold || keyGroups.length : 1;
  return open >= needed;
}
