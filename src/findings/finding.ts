import type { Place } from '../errors/sopskit-error.ts';

/**
 * How grave a finding is: an `error` decides the exit status, a `warning` does with `--strict`, a `note` never does.
 */
export type Level = 'error' | 'warning' | 'note';

/** What a rule looks for: data, from which reports, help and documentation are made. */
export interface RuleInfo {
  /** Stable, dotted, never reused: `plaintext.secret`. */
  readonly code: string;
  /** Of its findings, where a finding does not say otherwise. */
  readonly level: Level;
  /** What it finds, in a few words, lower case, without a full stop. */
  readonly title: string;
  /** Why that is a problem and what to do, one paragraph. */
  readonly about: string;
}

/** One thing that is wrong, at one place. Never holds a value of a file. */
export interface Finding {
  readonly rule: RuleInfo;
  readonly level: Level;
  /** `file` is relative to the folder of the report (the repository's top), parts joined by `/`. */
  readonly place: Place;
  /** The reason, one sentence without its full stop. */
  readonly message: string;
  /** What to type or do next, one sentence. */
  readonly fix: string;
  /** The commit that brought it in, in a search of history: 40 hex digits. */
  readonly commit?: string;
}
