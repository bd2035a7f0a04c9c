import type { MasterKey } from '../keys/key-source.ts';
import type { OpenFile, OpenOptions } from './open-file.ts';
import { withNewDataKey } from './rotate.ts';
import { keyChanges } from './update-keys.ts';

/**
 * Gives a file the keys of its creation rule and, in the same write, a new data key: who is taken out can open neither
 * this version nor, with the data key of an earlier one, a later one. Selector and layout stay as they are; the Shamir
 * threshold is that of `updatekeys`. Throws `key.none`, `key.wrap`, `config.selector`, `sops.layout`.
 */
export function rekeyFile(
  open: OpenFile,
  wanted: readonly (readonly MasterKey[])[],
  options: OpenOptions & {
    /** Shamir threshold of the rule; 0 or none keeps the file's, as far as it fits the groups. */
    readonly threshold?: number;
  },
): Promise<Uint8Array> {
  const { threshold } = keyChanges(open.sealed, wanted, options.threshold);
  return withNewDataKey(open, wanted, threshold.to, options);
}
