import type { Identity } from '../identity.ts';

/** Why a place gave no identity, or not all of them. Never holds what was read. */
export interface Problem {
  readonly text: string;
  readonly hint?: string;
}

/** What one place gave. */
export interface SourceReport {
  /** An environment variable or a path. */
  readonly place: string;
  readonly identities: readonly Identity[];
  /** Why there was nothing to read: `not set`, `no such file`; `null` when something was read. */
  readonly absent: string | null;
  readonly problems: readonly Problem[];
}

export function absentReport(place: string, absent: string): SourceReport {
  return { place, identities: [], absent, problems: [] };
}

export function problemReport(place: string, text: string, hint?: string): SourceReport {
  return { place, identities: [], absent: null, problems: [hint === undefined ? { text } : { text, hint }] };
}
