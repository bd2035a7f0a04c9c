import type { KeySecret } from './key-secret.ts';

/** Overwrites the values that were read of a Secret; what is told of them stays. */
export function wipeKeySecret({ entries }: KeySecret): void {
  for (const { value } of entries) value.wipe();
}
