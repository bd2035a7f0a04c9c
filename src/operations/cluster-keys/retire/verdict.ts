import type { SecretRef } from '../../../flux/decryption/decryption.ts';

/** What a Kustomization still needs the old identity for, in one state of its source; or why that cannot be told. */
export interface Need {
  /** The state, in words: `main@sha1:0123456789ab, which it has applied`, `the working tree`. */
  readonly where: string;
  /** Full commit; `null`: the working tree, or none. */
  readonly commit: string | null;
  /** Files that only the old identity of its Secret opens, from the top of the repository. */
  readonly files: readonly string[];
  /** Why it cannot be told what it reads there; never a value. */
  readonly unknown: readonly UnknownNeed[];
}

export interface UnknownNeed {
  readonly why: string;
  /** What would make it known, one sentence or a command. */
  readonly fix: string;
}

/** A Kustomization that decrypts with a Secret that holds the old identity. */
export interface KustomizationVerdict {
  /** `namespace/name`. */
  readonly key: string;
  /** The context of its cluster. */
  readonly context: string;
  readonly secret: SecretRef;
  /**
   * `follows`: it moves with the branch; `suspended`, `pinned` (to a tag, a commit, a version), `opaque` (its source is not
   * this repository); `new`: it is in the repository and not in the cluster.
   */
  readonly state: 'follows' | 'suspended' | 'pinned' | 'opaque' | 'new';
  /** What its source follows, in words. */
  readonly follows: string;
  /** Revisions that it has applied, tried or may take next. */
  readonly revisions: readonly string[];
  readonly needs: readonly Need[];
  /** Whether the user's word (`--unneeded`) stands for what cannot be told. */
  readonly assumed: boolean;
}

/** Whether a Kustomization holds the removal up. */
export function blocks({ needs, assumed }: KustomizationVerdict): boolean {
  return needs.some(({ files, unknown }) => files.length > 0 || (unknown.length > 0 && !assumed));
}

/** A branch that is not in the head's history, and holds files that need the old identity. */
export interface UnmergedBranch {
  /** `feature/x`, `origin/feature/x`. */
  readonly name: string;
  readonly commit: string;
  /** `changed`: on the branch, so that a merge brings it; else it is as it was where the branch began. */
  readonly files: readonly { readonly path: string; readonly changed: boolean }[];
}

/** A file that needs the old identity, and that no Kustomization decrypts with the Secrets that hold it. */
export interface OtherFile {
  /** From the top of the repository. */
  readonly path: string;
  /** Whether it names the recipient, and cannot be read. */
  readonly unreadable: boolean;
}

/** A rule of `.sops.yaml` by which new files would be encrypted for the old recipient. */
export interface NamingRule {
  /**
   * `blocks`: without the old identity the cluster would not open such files; `opens`: its other keys would; `elsewhere`: it
   * is for files of other clusters, or of Kustomizations with another Secret.
   */
  readonly effect: 'blocks' | 'opens' | 'elsewhere';
  /** Recipients of the cluster's other keys, one of which could take its place. */
  readonly instead: readonly string[];
  /** From the top of the repository. */
  readonly file: string;
  readonly line: number | null;
  /** `the working tree`, `main on origin`. */
  readonly where: string;
}
