import type { Problem } from './problem.ts';

/** What became of one object. */
export interface Story {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The live object; `null`: it is not there, or may not be read. */
  readonly live: LiveFacts | null;
  /** Why it could not be read; `null`: it could. */
  readonly liveUnread: string | null;
  /** Kustomizations (`namespace/name`) whose inventories have it. */
  readonly owners: readonly string[];
  /** What happened to it, oldest first. */
  readonly events: readonly StoryEvent[];
  /** The deletion that counts: the last one; `null`: none is known. */
  readonly deletion: Deletion | null;
  /** What the repository around says; `null`: not in one, or it was not needed. */
  readonly repository: RepositoryFacts | null;
  /** The answer, in sentences. */
  readonly answer: readonly string[];
  /** Commands that bring it back, or keep it. */
  readonly restore: readonly string[];
  /** What is wrong with the object itself, or with its owner. */
  readonly problems: readonly Problem[];
  readonly unread: readonly string[];
  readonly healthy: boolean;
}

export interface LiveFacts {
  readonly created: Date | null;
  readonly uid: string;
  readonly deleting: Date | null;
  readonly finalizers: readonly string[];
  /** `namespace/name` of the Kustomization in its labels. */
  readonly owner: string | null;
  /** Whether that Kustomization is there. */
  readonly ownerIsThere: boolean;
  /** Whether that Kustomization prunes. */
  readonly ownerPrunes: boolean;
  /** Whether its last run is over and succeeded: its inventory is then of the revision that it has. */
  readonly ownerIsSettled: boolean;
  /** What wrote that label, where it was not Flux; `null`: Flux, or it is not noted. */
  readonly labelledBy: string | null;
  /** Whether an annotation or a label of Flux keeps it from being pruned. */
  readonly pruneDisabled: boolean;
  /** `namespace/name` of the HelmRelease in its labels. */
  readonly release: string | null;
  /** Field managers, as the server notes them. */
  readonly managers: readonly string[];
}

/** One action on the object that an event tells of. */
export interface StoryEvent {
  readonly time: Date;
  /** `created`, `configured`, `deleted`, … */
  readonly action: string;
  /** `Kind/namespace/name` of what did it. */
  readonly by: string;
  readonly revision: string | null;
}

export interface Deletion {
  readonly time: Date;
  readonly by: string;
  /** Revision that the one who deleted was at. */
  readonly revision: string | null;
  /** What was deleted, where the object only fell with it: `Namespace apps`, a CustomResourceDefinition. */
  readonly through: string | null;
  /** The Kustomization was itself deleted, and took the object with it: by whom, in which revision. */
  readonly because: { readonly by: string; readonly revision: string | null; readonly time: Date } | null;
}

export interface RepositoryFacts {
  /** Kustomizations that have it at HEAD. */
  readonly holders: readonly string[];
  /** The commit that took it out; `null`: not found in what was looked at. */
  readonly removed: {
    readonly commit: string;
    readonly subject: string;
    readonly from: readonly string[];
    /** The plan's cause, in words. */
    readonly cause: string;
  } | null;
  /** Whether no remote branch has HEAD. */
  readonly unpushed: boolean;
  /** What limits the answer: a shallow clone, a repository that is no source of the cluster. */
  readonly limits: readonly string[];
  /** How many commits were looked at. */
  readonly looked: number;
  /** Why the repository could not tell; empty where it could. */
  readonly unknown: string;
}
