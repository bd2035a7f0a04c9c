/** Something that is not right, with what explains it. */
export interface Problem {
  /** `Kind/namespace/name` of what it is about. */
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Rule that explains it: `decryption.secret-missing`. */
  readonly code: string;
  /** `broken`: a cause. `waits`: an effect of others. `note`: nothing is wrong by itself. */
  readonly level: 'broken' | 'waits' | 'note';
  /** What happened and why. */
  readonly what: string;
  /** What the controller says, cleaned; empty where it says nothing. */
  readonly said: string;
  /** Reason of the condition; empty without one. */
  readonly reason: string;
  readonly since: Date | null;
  /** Commands that mend it, in their order. */
  readonly mend: readonly string[];
  /** Keys of the problems that cause it. */
  readonly causes: readonly string[];
}

export interface Diagnosis {
  readonly context: string;
  readonly server: string;
  /** How many sources, Kustomizations and releases were looked at. */
  readonly looked: number;
  /** Causes first, each followed by its effects. */
  readonly problems: readonly Problem[];
  readonly unread: readonly string[];
}
