/** One change of the set-up, or what stays as it is. */
export interface SetupStep {
  /** `kept`: it is so already. `left`: it cannot be done here; `says` has the reason. */
  readonly kind: 'set' | 'write' | 'remove' | 'kept' | 'left';
  /** What, in one line: a setting with its value, a file. */
  readonly says: string;
  run(): Promise<void>;
  /** Throws where `run` could not do it. Called for all steps before the first runs. */
  check?(): void;
}

export function kept(says: string): SetupStep {
  return { kind: 'kept', says, run: async () => undefined };
}
