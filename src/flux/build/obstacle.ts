import { printablePath } from '../../system/path-text.ts';
import type { Unknown } from '../unknown.ts';
import { type Artifact, parentOf } from './artifact.ts';
import { type FailedBuild, failedFix } from './failed-fix.ts';
import { linkFix } from './links.ts';
import type { Reach, Reference } from './reach.ts';
import { printableAddress } from './remote.ts';
import type { SourceTree } from './source-tree.ts';

/** A build that ends before its objects are there. */
export type Obstacle =
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  | { readonly kind: 'unknown'; readonly unknowns: readonly Unknown[] };

/**
 * What keeps a build from being run here: something that leads out of the source, on which the controller fails, or
 * something that lies elsewhere. `null`: nothing.
 */
export function obstacleOf(
  subject: string,
  { escapes, foreign, remotes }: Reach,
  remoteBases: boolean,
): Obstacle | null {
  const [outside] = escapes;
  if (outside !== undefined) {
    return {
      kind: 'failed',
      message: `kustomize build failed: fs-security-constraint: path '${outside.text}' (in ${outside.from}) is not in or below the root of the source`,
      fix: `Name something inside of the source in ${outside.from}.`,
    };
  }
  const unknowns = [
    ...foreign.map(({ text, from }) => inSubmodule(subject, `${from} takes in ${text}, which lies`)),
    ...(remoteBases ? [] : remotes.map((reference) => remote(subject, reference))),
  ];
  return unknowns.length === 0 ? null : { kind: 'unknown', unknowns };
}

/** What kustomize's own failure says of the controller's: nothing where it was ended, or fetched from elsewhere. */
export function notBuilt(
  { subject, ...build }: FailedBuild & { readonly subject: string },
  message: string,
  how: 'failed' | 'ended',
): Obstacle {
  const [far] = build.reached.remotes;
  if (far !== undefined) {
    const why = `${subject} cannot be built: ${far.from} takes in ${printableAddress(far.text)}, and kustomize says: ${message}`;
    return unknown({
      ...{ reason: 'remote-base', subject, message: why },
      fix: 'Try it again, or copy the base into the repository.',
    });
  }
  if (how === 'ended') {
    return unknown({
      ...{ reason: 'unreadable', subject, message: `${subject} cannot be built: ${message}` },
      fix: 'Try it again, with more memory if that was short.',
    });
  }
  return { kind: 'failed', message: `kustomize build failed: ${message}`, fix: failedFix(build) };
}

/** A `spec.path` that is no folder of the artifact. */
export function noFolder(subject: string, folder: string, artifact: Artifact, tree: SourceTree): Obstacle {
  const isFile = artifact.isFile(folder);
  const message = isFile
    ? `open ${folder}/kustomization.yaml: not a directory`
    : `kustomization path not found: stat ${folder}: no such file or directory`;
  const shown = printablePath(folder);
  const parent = parentOf(folder);
  const fix = isFile
    ? `${shown} is a file, and spec.path names a folder: set it to ${parent === '' ? './' : printablePath(parent)}, or move the file into a folder of its own and name that.`
    : (linkFix(tree, folder) ??
      `Make the folder ${shown}, or set spec.path of the Kustomization ${subject} to one that is there.`);
  return { kind: 'failed', message, fix };
}

export function unknown(one: Unknown): Obstacle {
  return { kind: 'unknown', unknowns: [one] };
}

export function noKustomize(subject: string, why: string): Unknown {
  return {
    reason: 'no-kustomize',
    subject,
    message: `${subject} cannot be built: ${why}`,
    fix: 'Install kustomize 5, or kubectl 1.27 or newer, and have it on PATH.',
  };
}

/** A file that the controller has, and that could not be read here: the build may well not fail there. */
export function unreadable(subject: string, file: string): Unknown {
  return {
    reason: 'unreadable',
    subject,
    message: `${subject} cannot be built: ${printablePath(file)} cannot be read`,
    fix: 'Make the file readable; in a partial clone, fetch it: git fetch --refetch.',
  };
}

/** `what`: `the path x lies`. */
export function inSubmodule(subject: string, what: string): Unknown {
  return {
    reason: 'unreadable',
    subject,
    message: `${subject} cannot be built: ${what} in a submodule`,
    fix: 'Look at the repository of the submodule by itself.',
  };
}

function remote(subject: string, { text, from }: Reference): Unknown {
  return {
    reason: 'remote-base',
    subject,
    message: `${subject} cannot be built: ${from} takes in ${printableAddress(text)}`,
    fix: 'Allow it to be fetched with --remote-bases.',
  };
}
