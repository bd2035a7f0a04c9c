import { ofCascades } from './cascades.ts';
import { ofContents } from './contents.ts';
import { ofGuards } from './guards.ts';
import { ofIdentities } from './identities.ts';
import { ofKustomizations } from './kustomizations.ts';
import { ofMoves } from './moves.ts';
import type { Restructuring } from './restructuring.ts';
import { ofSyncPaths } from './sync-path.ts';

/** Every restructuring: each row of what deletes, what only looks so, and the ways that are safe. */
export const restructurings: readonly Restructuring[] = [
  ...ofKustomizations,
  ...ofMoves,
  ...ofIdentities,
  ...ofContents,
  ...ofGuards,
  ...ofCascades,
  ...ofSyncPaths,
];
