import type { ShellProgram } from '../git-setup/shell-program.ts';

/** What `init` is asked for. What it leaves open is found out, or has a default. */
export interface InitOptions {
  /** Absolute path of the folder whose files are to be encrypted. */
  readonly folder: string;
  /** Recipients besides the user's own key. */
  readonly recipients: readonly string[];
  /** Whether a key is made where there is none; `null`: unless there is one whose public half cannot be told. */
  readonly generateKey: boolean | null;
  /** The user's key file, absolute; `null` is where sops looks. */
  readonly keyFile: string | null;
  /** Which of several identities is the user's own; `null`: the first. */
  readonly ownRecipient: string | null;
  /** What the key is called in a comment; `null` for no comment. */
  readonly keyName: string | null;
  /** Whether the user said what it is called. */
  readonly keyNameGiven: boolean;
  /** `null`: made from the folder. */
  readonly pathRegex: string | null;
  readonly preset: Preset;
  /** Whether a rule is added to a `.sops.yaml` that has none for the folder. */
  readonly addRule: boolean;
  /** Whether git is set up, and a repository made where there is none. */
  readonly git: boolean;
  readonly hook: boolean;
  /** Whether git diffs and merges encrypted files. */
  readonly attributes: boolean;
  /** How git calls sopskit. */
  readonly programs: readonly [ShellProgram, ...ShellProgram[]];
}

/** What is encrypted: the values of Secrets; or those of every file, whole but for YAML, where those of Secrets are. */
export type Preset = 'kubernetes' | 'all';
