import type { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Added } from './add-to-clusters.ts';
import type { RotationCommit } from './commit-rotation.ts';
import type { StandingToOld } from './needs-old.ts';
import type { RotationStep } from './rotation-state.ts';

/** What a rotation did, and what is left. Holds no value and no key. */
export interface RotationReport {
  /** `planned`: nothing was done (`--dry-run`). `declined`: the user said no. `open`: something is left. `done`: only the retirement is. */
  readonly state: 'planned' | 'declined' | 'open' | 'done';
  readonly old: string;
  /** `null`: it would be made. */
  readonly fresh: { readonly recipient: string; readonly place: string } | null;
  /** What was still to be done when the command began. */
  readonly steps: readonly RotationStep[];
  /** The same in sentences, with names. */
  readonly does: readonly string[];
  readonly clusters: readonly Added[];
  /** Paths of the `.sops.yaml` whose recipient is, or was, replaced. */
  readonly configurations: readonly string[];
  /** Files that the old key opened. */
  readonly files: readonly ExposedFile[];
  /** Encrypted files that name the old key, and that git ignores: they stay as they are. */
  readonly ignored: readonly string[];
  /** The commit to make, or that was made; `null`: git has it all. */
  readonly commit: (RotationCommit & { readonly id: string | null }) | null;
  readonly pushed: boolean | null;
  readonly standings: readonly StandingToOld[];
  /** What ended the wait: a time-out, a Kustomization that fails, Ctrl-C; all before it is done. `null`: nothing did. */
  readonly failure: SopskitError | null;
  /** What comes next, one sentence or command each. */
  readonly next: readonly string[];
}

/** A file whose values whoever has the old key could read, and still can in the history. */
export interface ExposedFile {
  readonly path: string;
  /** Paths of its encrypted values. */
  readonly values: readonly string[];
  /** Whether the old key opened it by itself; else only with keys of other Shamir groups. */
  readonly alone: boolean;
}
