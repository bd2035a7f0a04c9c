import type { LiveSecretRef } from '../live-secrets/read-live-secrets.ts';
import type { Difference } from './compare-secret.ts';
import type { Unlooked } from './wanted-secret.ts';

/** A Secret of the repository beside that of the cluster. */
export interface ComparedSecret {
  readonly ref: LiveSecretRef;
  readonly kustomization: string | null;
  readonly file: string | null;
  readonly state: SecretState;
  /** Its name in the cluster, where that has another hash; else `null`. */
  readonly liveName: string | null;
  readonly differences: readonly Difference[];
  /** Sentences without their full stops. */
  readonly notes: readonly string[];
}

export type SecretState =
  | 'same'
  | 'different'
  /** Nothing differs as far as it can be told, and some of it cannot. */
  | 'unknown'
  /** Only the repository has it. */
  | 'missing'
  /** Only the cluster has it, of a Kustomization that the repository has. */
  | 'extra';

/** What `secret diff` found. */
export interface SecretComparison {
  readonly context: string;
  readonly server: string;
  /** The cluster's name in the repository (its sync path); `null`: files were compared as they stand. */
  readonly cluster: string | null;
  readonly secrets: readonly ComparedSecret[];
  readonly unlooked: readonly Unlooked[];
  readonly passedOver: readonly string[];
}

export type Verdict = 'same' | 'different' | 'unknown';

/** What is certain goes first: a difference is one, whatever else could not be looked at. */
export function verdictOf({ secrets, unlooked }: SecretComparison): Verdict {
  const states = new Set(secrets.map(({ state }) => state));
  if (['different', 'missing', 'extra'].some((state) => states.has(state as SecretState))) return 'different';
  return unlooked.length > 0 || states.has('unknown') ? 'unknown' : 'same';
}

/** What the differences of a Secret come to. */
export function stateOf(differences: readonly Difference[]): SecretState {
  if (differences.length === 0) return 'same';
  return differences.every(({ change }) => change === 'unknown') ? 'unknown' : 'different';
}
