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
  /** What is wrong with configurations: what it says of rules is not whole then. */
  readonly configurationProblems: readonly string[];
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
   * `yes`: opened here. `ask`: a key here should, or may, but is behind gpg, a passphrase or a plugin, and was not asked.
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
  /** Whether it may be older: what was before is not in the clone or the range, or could not be opened. */
  readonly atLeast: boolean;
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
  /** Files that today take several keys, and whose data key some of the recipients had alone before. */
  readonly keptAlone: readonly KeptAlone[];
  /** Files that are encrypted today and stand in the history as plaintext too: whoever has a clone reads that. */
  readonly plain: readonly { readonly path: string; readonly commit: string; readonly time: string }[];
}

export interface KeptAlone {
  readonly path: string;
  readonly ids: readonly string[];
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
   * `then`: it has a new data key; only old versions in the history can be read. `unknown`: it seems to have a new one,
   * which cannot be told for sure without opening both.
   */
  readonly reads: 'now' | 'then' | 'unknown';
  /** Whether it has the data key whole; else a part of it, which takes the keys of other groups too. */
  readonly alone: boolean;
  /** The last commit whose version it can read, and its time; `null` for the working tree. */
  readonly last: { readonly commit: string; readonly time: string } | null;
  /** The last commit that listed it; `null` where only another file with the same data key did. */
  readonly listed: { readonly commit: string; readonly time: string } | null;
  /** The path that the file had then, or that of a file that is gone and held its values; `null`: the same path. */
  readonly from: string | null;
  /** Tree paths of values that it can read in some version: to be changed where they are used. */
  readonly values: readonly string[] | null;
  /**
   * How `values` is known: `all`, as the file still can be read; `opened`, all versions that it can read were compared;
   * `part`: some of them do not open here, and there may be more; `unknown` (`values` is `null`): nobody here can open
   * them. Take all for unchanged.
   */
  readonly basis: 'all' | 'opened' | 'part' | 'unknown';
}
