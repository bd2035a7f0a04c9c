import { SopskitError } from '../../../errors/sopskit-error.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { OverlapTarget } from './overlap.ts';
import type { Undone } from './rekey-files.ts';
import type { RotationParts } from './rotation.ts';
import { configurationsNaming } from './survey.ts';

/** Throws `cluster-key.refused` where nothing names the old recipient, and nothing was made to replace it. */
export function refuseNobody(
  { old, used, held, tree }: Pick<RotationParts, 'old' | 'used' | 'held' | 'tree'>,
  fresh: string | null,
): void {
  if (fresh !== null || used.has(old)) return;
  const configured = configurationsNaming(tree.survey, old);
  if (configured.length > 0) return;
  const hint = held.has(old)
    ? `The cluster holds it. Take it out there: sopskit keys retire ${old}`
    : 'sopskit keys audit lists the recipients that files have.';
  throw new SopskitError('cluster-key.refused', `no encrypted file and no .sops.yaml here names ${old}`, {
    hint,
  });
}

/** Throws `cluster-key.refused` where a controller does not read post-quantum keys, or cannot be told to. */
export function requireHybridReaders(targets: readonly OverlapTarget[]): void {
  for (const { bound } of targets) {
    if (bound.controller?.readsHybrid === true) continue;
    const known = bound.controller?.readsHybrid === false;
    const version = bound.controller?.version ?? null;
    throw new SopskitError(
      'cluster-key.refused',
      known
        ? `the kustomize-controller of the context ${bound.cluster.context}${version === null ? '' : ` (Flux ${version})`} does not read post-quantum keys`
        : `it cannot be told whether the kustomize-controller of the context ${bound.cluster.context} reads post-quantum keys`,
      { hint: 'Flux reads them since 2.9. Upgrade it first, or rotate without --post-quantum.' },
    );
  }
}

const shownFiles = 10;

/**
 * Throws for files that failed: `cluster-key.unopened` where no key at hand opens them, else `cluster-key.refused`.
 * `all`: how many were to be changed; absent: nothing was changed.
 */
export function refuseUndone(undone: readonly Undone[], all: number | null = null): void {
  const [first] = undone;
  if (first === undefined) return;
  const isClosed = undone.every(({ failure }) => failure.code === 'key.unavailable');
  const lines = undone.slice(0, shownFiles).map(({ path, failure }) => {
    const message = failure.code === null ? 'an internal error' : (failure.message.split('\n')[0] ?? '');
    return `  ${printablePath(path)}: ${message}`;
  });
  if (undone.length > shownFiles) lines.push(`  and ${undone.length - shownFiles} more`);
  const head =
    all !== null
      ? `${undone.length} of ${all} files could not be re-keyed; the others are`
      : isClosed
        ? 'no key at hand opens these files; nothing was changed'
        : 'these files cannot be re-keyed; nothing was changed';
  const hint =
    all !== null
      ? 'The clusters decrypt all of them. Mend it, and run the same command again, which goes on with the rest.'
      : isClosed
        ? 'Run it where a key is that opens them (SOPS_AGE_KEY_FILE; a file of several key groups takes one of each group that counts), or give the context of a cluster that has it.'
        : `See each by itself: sopskit verify ${first.failure.code === 'sops.mac' ? 'FILE (a wrong MAC: restore the file from git)' : 'FILE'}`;
  throw new SopskitError(
    isClosed ? 'cluster-key.unopened' : 'cluster-key.refused',
    [head, ...lines].join('\n'),
    {
      hint,
    },
  );
}
