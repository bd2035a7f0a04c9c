import path from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import { replaceInConfig } from './config-text.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';
import { formerlyNaming, type RotationTree } from './ground.ts';
import { findLanding, isPushed, type Landing } from './landing.ts';
import type { OverlapTarget } from './overlap.ts';
import { ownChanges } from './own-changes.ts';
import { refuseUndone } from './refusals.ts';
import { proveFiles, type Rekeying } from './rekey-files.ts';
import type { RotateRequest } from './rotate.ts';
import type { ExposedFile } from './rotation-report.ts';
import { type RotationState, rotationState } from './rotation-state.ts';
import { configurationsNaming, filesNaming, isRecipient, type SealedPath } from './survey.ts';

/** What is seen before anything is done. */
export interface Seen {
  readonly targets: readonly OverlapTarget[];
  readonly landing: Landing;
  readonly state: RotationState;
  readonly exposed: readonly ExposedFile[];
  /** Paths of encrypted files and `.sops.yaml` that name the old recipient. */
  readonly files: readonly string[];
  readonly configurations: readonly string[];
  /** All that is or was changed: what the commit may have. */
  readonly own: ReadonlySet<string>;
}

/** What is looked at. */
export interface LookFrom {
  readonly tree: RotationTree;
  readonly clusters: readonly DecryptingCluster[];
  readonly request: Pick<RotateRequest, 'push' | 'remote'>;
  /** `null`: the new identity is not made yet. */
  readonly fresh: string | null;
  readonly targets: readonly OverlapTarget[];
  /** What files are opened with, and what is told meanwhile. */
  readonly rekeying: Rekeying;
}

/**
 * Finds out how far a rotation is, and whether the rest can be done. Changes nothing. Throws `cluster-key.refused`,
 * `cluster-key.unopened`, `config.invalid`, `git.*`, `interrupted`.
 */
export async function lookAt(system: System, from: LookFrom): Promise<Seen> {
  const { tree, fresh, targets, rekeying } = from;
  const { survey, git, top } = tree;
  const { old, sources } = rekeying;
  const naming = filesNaming(survey, old);
  const files = naming.map(({ path: file }) => file);
  const open = new Set(files);
  const configurations = configurationsNaming(survey, old);
  for (const file of configurations) replacedConfig(system, path.join(top, file), old, fresh ?? stranger);
  const rekeyed = filesNaming(survey, fresh).filter(({ path: file }) => !open.has(file));
  const configured = fresh === null ? [] : configurationsNaming(survey, fresh);
  for (const file of configurations) open.add(file);
  const touched = {
    ...{ old, fresh, open },
    configurations: [...new Set([...configurations, ...configured])],
    files: [...files, ...rekeyed.map(({ path: file }) => file)],
  };
  const changed = await ownChanges(system, git, touched, sources);
  refuseUndone(await proveFiles(system, files, rekeying));
  const landing = await landingOf(system, from);
  const former = rekeyed.length === 0 ? [] : await formerlyNaming(git, old);
  const known = new Set([...former, ...changed]);
  const before = rekeyed.filter((one) => known.has(one.path));
  const committed = changed.length === 0;
  const state = rotationState({
    identity: fresh !== null,
    secrets: targets.every((one) => one.state !== 'add'),
    configured: configurations.length === 0,
    rekeyed: files.length === 0 ? 'all' : before.length === 0 ? 'none' : 'some',
    committed,
    pushed: committed ? await isPushed(git, landing) : false,
  });
  const exposed = [
    ...naming.map((one) => exposedFile(one, old)),
    ...before.map((one) => exposedFile(one, fresh ?? old)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { targets, landing, state, exposed, files, configurations, own: new Set([...open, ...changed]) };
}

/** The new text of a `.sops.yaml` (absolute), of what it is now; `null`: it need not change. Throws `config.invalid`, `document.*`. */
export function replacedConfig(system: System, file: string, old: string, fresh: string): Uint8Array | null {
  const bytes = system.files.read(file);
  try {
    return bytes === null ? null : replaceInConfig(bytes, old, fresh);
  } catch (error) {
    throw error instanceof SopskitError ? error.at({ file: printablePath(file) }) : error;
  }
}

/** What stands in the way of a push is refused where one is asked for, and said otherwise. */
async function landingOf(
  system: System,
  { tree, clusters, request }: Pick<LookFrom, 'tree' | 'clusters' | 'request'>,
): Promise<Landing> {
  const bounds = clusters.map(({ bound }) => bound);
  const landing = await findLanding(system, tree.git, bounds, request.remote);
  const { problem } = landing;
  if (problem === null) return landing;
  if (request.push) throw problem;
  if (clusters.length > 0 || landing.behind > 0) system.warn(`${problem.message}. ${problem.hint ?? ''}`);
  return landing;
}

/** Stands for the new recipient where it is not made yet, to try a replacement. */
const stranger = `age1${'q'.repeat(58)}`;

/** `recipient`: the one of both that the file names. */
function exposedFile({ path: file, metadata, values }: SealedPath, recipient: string): ExposedFile {
  return { path: file, values, alone: opensWith(metadata, isRecipient(recipient)) };
}
