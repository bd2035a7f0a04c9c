/** One thing that `init` does, or finds done. */
export interface Step {
  /** What is done, as a command would say it: `make an age key in …`. */
  readonly says: string;
  /** `null`: it is so already. Nothing is touched before it is called. */
  readonly run: (() => Promise<void>) | null;
  /** Throws where the step could not be done, before any other is. */
  readonly check?: () => void;
}

/** What `init` found out. Nothing is written yet. */
export interface InitPlan {
  /** In the order in which they are done. */
  readonly steps: readonly Step[];
  /** What the user should know, or do by hand: sentences. */
  readonly notes: readonly string[];
  /** What to do next, once all is done: a sentence each, or a command. */
  readonly next: readonly NextStep[];
}

export interface NextStep {
  readonly says: string;
  /** What to type; `null` for advice. */
  readonly command: string | null;
}
