import type { GeneratedKind } from '../../../keys/age/generate.ts';
import type { System } from '../../../system/system.ts';
import { type AddOptions, addToClusters } from './add-to-clusters.ts';
import type { OverlapTarget } from './overlap.ts';
import { type ReplacingIdentity, requirePlace, throwAway } from './replacing-identity.ts';

/** What is asked for. */
export interface Beforehand {
  readonly targets: readonly OverlapTarget[];
  /** `null`: it is not made yet. */
  readonly fresh: ReplacingIdentity | null;
  readonly kind: GeneratedKind;
  /** Whether the identity has to be saved yet. */
  readonly saves: boolean;
  readonly output: string | null;
  /** Whether nothing comes after this. */
  readonly isAll: boolean;
}

/**
 * Asks, before an identity is made, whether it can be saved and whether each server would take it; an identity that is
 * not made yet is stood for by one that nobody keeps. A Secret that others keep is refused as soon as it can be said
 * where the identity stands that has to be put there. Changes nothing. Throws as `addToClusters` and `makeReplacing`.
 */
export async function askBeforehand(
  system: System,
  { targets, fresh, kind, saves, output, isAll }: Beforehand,
  options: AddOptions,
): Promise<void> {
  if (saves) requirePlace(system, output);
  if (fresh !== null) {
    await addToClusters(targets, fresh, { ...options, dryRun: true });
    return;
  }
  const stranger = await throwAway(system, kind);
  try {
    await addToClusters(targets, stranger, { ...options, dryRun: true, passKept: !isAll });
  } finally {
    stranger.text.wipe();
  }
}
