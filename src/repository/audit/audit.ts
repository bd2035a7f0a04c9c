/*
 * What `keys audit` found out, as plain data: the document of `--json`, and what text and page are printed from. It holds
 * public halves, names, paths and times; never a value, a ciphertext or a data key. Paths are from the repository's top.
 */

export interface Audit {
  /** Of this document's shape. */
  readonly version: 1;
  /** When it was made, RFC 3339. */
  readonly at: string;
  /** The repository's top, or the folder; absolute. */
  readonly root: string;
  readonly files: readonly AuditedFile[];
  /** Most files first. */
  readonly recipients: readonly AuditedRecipient[];
  /** Files that look encrypted and could not be read: the audit says nothing of them. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  readonly sharedDataKeys: readonly SharedDataKey[];
  readonly sharedValues: readonly SharedValue[];
  /** What limits the audit: a shallow clone, identities that were not asked. */
  readonly notes: readonly string[];
  /** `null` without `--history`. */
  readonly history: AuditedHistory | null;
}

export interface AuditedFile {
  readonly path: string;
  /** Ids of recipients, group by group; one group, or several of which `needed` must come together. */
  readonly groups: readonly (readonly string[])[];
  readonly needed: number;
  /** How many keys, lost, would make the file unreadable: 1 is one key from the loss of all. */
  readonly keysToLose: number;
  /** Recipients that each open it alone. */
  readonly alone: readonly string[];
  /**
   * `yes`: opened here. `ask`: a key here should, but is behind gpg, a passphrase or a plugin, and was not asked.
   * `broken`: the key of a recipient is here and does not open it. `no`: no key here fits. `untried`: with `--no-open`.
   */
  readonly opens: 'yes' | 'ask' | 'broken' | 'no' | 'untried';
  /** Recipients that the file's rule does not name, and those that it names and the file lacks; `null` without a rule. */
  readonly rule: { readonly extra: readonly string[]; readonly missing: readonly string[] } | null;
  readonly dataKey: DataKeyAge;
}

/** Since when a data key is in use, and how that is known. Nothing in a file says it for sure. */
export interface DataKeyAge {
  /** RFC 3339; `null` where nothing tells. */
  readonly since: string | null;
  /**
   * `git`: the first commit with this data key. `created_at`: when the oldest recipient was added (PGP and cloud keys).
   * `lastmodified`: values were last changed then, so the data key is at least that old. `worktree`: not committed yet.
   */
  readonly source: 'git' | 'created_at' | 'lastmodified' | 'worktree';
  readonly commit: string | null;
}

export interface AuditedRecipient {
  readonly id: string;
  /** `age`, `pgp`, `kms`, … */
  readonly source: string;
  /** From a comment in `.sops.yaml`, from the key itself; `null` where nobody says. */
  readonly name: string | null;
  /** How many files list it. */
  readonly files: number;
  /** How many of them it opens without another key. */
  readonly alone: number;
  /** Folders of those files, and how many there are. */
  readonly folders: readonly { readonly folder: string; readonly files: number }[];
  /** Whether a creation rule names it; `null` where there is no `.sops.yaml`. */
  readonly inRules: boolean | null;
  /** Where its private key is on this machine; `null` where it is not. */
  readonly held: string | null;
}

export interface SharedDataKey {
  readonly files: readonly string[];
  /**
   * `opened`: the data keys were compared. `wrapped`: the same `enc` stands in both. `ciphertext`: the same ciphertext
   * does. `history`: one of these was so in an earlier version.
   */
  readonly evidence: 'opened' | 'wrapped' | 'ciphertext' | 'history';
  /** Recipients of one of the files that another of them does not list, and can be opened by all the same. */
  readonly hiddenReaders: readonly { readonly id: string; readonly files: readonly string[] }[];
}

/** The same ciphertext at more than one place: a value that was copied. */
export interface SharedValue {
  readonly places: readonly { readonly path: string; readonly value: string }[];
}

export interface AuditedHistory {
  readonly range: string;
  /** How many versions of files were read. */
  readonly versions: number;
  readonly former: readonly FormerRecipient[];
}

/** A recipient that files listed once and do not list any more. */
export interface FormerRecipient {
  readonly id: string;
  readonly source: string;
  readonly name: string | null;
  /** Whether other files still list it. */
  readonly elsewhere: boolean;
  readonly files: readonly FormerFile[];
  /** Files that are gone and that it could read. */
  readonly gone: readonly string[];
}

export interface FormerFile {
  readonly path: string;
  /**
   * `now`: the data key is one that was wrapped for it: whoever kept it reads this file, and will until `rotate`.
   * `then`: it has a new data key; only old versions in the history can be read.
   */
  readonly reads: 'now' | 'then';
  /** The last commit whose version it can read, and its time; `null` for the working tree. */
  readonly last: { readonly commit: string; readonly time: string } | null;
  /** The last commit that listed it; `null` where only another file with the same data key did. */
  readonly listed: { readonly commit: string; readonly time: string } | null;
  /** Tree paths whose value has not changed since `last`: to be changed where they are used. */
  readonly values: readonly string[] | null;
  /**
   * How `values` is known: `all`, as the file still can be read; `opened`, both versions were compared; `unknown`
   * (`values` is `null`): nobody here can open them. Take all for unchanged.
   */
  readonly basis: 'all' | 'opened' | 'unknown';
}
