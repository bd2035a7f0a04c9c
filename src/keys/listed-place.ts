/** One private key that is here, by its public half. */
export interface ListedIdentity {
  /** `x25519`, `post-quantum`, `ssh-ed25519`, `ssh-rsa`, `plugin NAME`, `behind a passphrase`, `pgp`. */
  readonly kind: string;
  /** Recipient or fingerprint; `null` where it cannot be known without asking the user or a plugin. */
  readonly recipient: string | null;
  /** Whose it is, where the key itself says so (the user id of a PGP key). */
  readonly name: string | null;
  /** Why it will not work although it is here: `expired`; `null` when nothing is known against it. */
  readonly flaw: string | null;
}

/** Something about a place that should be mended. Never holds what was read. */
export interface PlaceProblem {
  readonly text: string;
  readonly hint?: string;
}

/** A place where private keys are looked for, and what is there. */
export interface ListedPlace {
  /** As messages name it: a variable, a path, a program. */
  readonly place: string;
  readonly family: 'age' | 'ssh' | 'pgp';
  readonly kind: 'variable' | 'file' | 'command' | 'gpg';
  /** The file that was, or would be, read. */
  readonly path: string | null;
  /** `unread`: a command that was not run. `broken`: there is something, but no key could be read. */
  readonly state: 'read' | 'absent' | 'unread' | 'broken';
  /** Why there is nothing: `not set`, `no such file`; `null` otherwise. */
  readonly reason: string | null;
  /** Permission bits of the file; `null` for no file. */
  readonly mode: number | null;
  readonly identities: readonly ListedIdentity[];
  readonly problems: readonly PlaceProblem[];
}
