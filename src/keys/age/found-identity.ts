import type { Secret } from '../../secret/secret.ts';

/** An age identity of this machine whose text is known, so that it can be put elsewhere. */
export interface FoundIdentity {
  readonly kind: 'x25519' | 'hybrid';
  /** Its public half. */
  readonly recipient: string;
  /** Where it was found, as `keys list` calls it: a variable or a path. */
  readonly place: string;
  /** The key file that it stands in, absolute; `null`: in a variable, or what a command printed. */
  readonly path: string | null;
  /** `AGE-SECRET-KEY-1…` without a line end. */
  readonly text: Secret;
  /** The recipient that a comment `# replaces: age1…` right above it names; `null`: none. */
  readonly replaces: string | null;
}

/** A key of this machine that opens files here, and cannot be put into a cluster. */
export interface UnusableIdentity {
  readonly kind: 'plugin' | 'ssh' | 'locked';
  readonly recipient: string | null;
  readonly place: string;
}

/** What was found in the places where sops looks for age identities, in its order; each recipient once. */
export interface FoundIdentities {
  readonly found: readonly FoundIdentity[];
  readonly unusable: readonly UnusableIdentity[];
  /** Sentences on places that could not be read; never a key. */
  readonly problems: readonly string[];
  /** Overwrites the texts. */
  wipe(): void;
}
