import type { Place } from '../../errors/sopskit-error.ts';
import type { Level, RuleInfo } from '../../findings/finding.ts';
import type { KeySource } from '../../keys/key-source.ts';
import type { Config } from '../config.ts';
import type { Regex } from '../regex.ts';
import type { Selector } from '../selector.ts';
import type { Taken } from './taken-files.ts';

/** What the rules look at: one configuration, and what is known of the files beside it. */
export interface LintSubject {
  readonly config: Config;
  /** The file as the report names it. */
  readonly file: string;
  /** The absolute folder of the file, with slashes. */
  readonly folder: string;
  readonly sources: readonly KeySource[];
  /** How many YAML documents the file has; sops reads the first. */
  readonly documents: number;
  /** Names of top-level keys below which something has an anchor: `keys: [&alice age1…]`. */
  readonly anchorHolders: ReadonlySet<string>;
  /** Anchors that are defined more than once; the places are those of the later ones. */
  readonly redefinedAnchors: readonly { readonly name: string; readonly place: Place }[];
  /** What the rules do to the repository's files; `null` where these are not known. */
  readonly evidence: Evidence | null;
  /**
   * What each creation rule does to the files of `evidence`, by its index; found out once. `null` where these are not
   * known, or an expression is invalid.
   */
  taken(): Promise<readonly Taken[] | null>;
  /** Where the key of an entry, or an item, stands: places of `config` are those of values. */
  keyPlace(path: Place['path']): Place;
  /** Compiles an expression; `null` where RE2 refuses it. Each is compiled once. */
  regex(source: string): Promise<Regex | null>;
  /** Tells for the keys above a value whether a selector encrypts it; `null` for an invalid expression. */
  selects(selector: Selector): Promise<((keys: readonly string[]) => boolean) | null>;
  /** The names that are near to a misspelled one, best first. */
  nearest(typed: string, candidates: Iterable<string>): string | null;
}

/** The files that go by the configuration, as `path_regex` sees them. */
export interface Evidence {
  readonly files: readonly string[];
  /** Kubernetes objects in a file of `files`, by `kind` (`encryptedKind`); none for a file that is no manifest. */
  kinds(file: string): Promise<readonly string[]>;
  /** The keys above each secret value of the Secrets in a file, encrypted or not; none for what cannot be read. */
  secretKeys(file: string): Promise<readonly (readonly string[])[]>;
}

/** Stands for a `kind` that is ciphertext. */
export const encryptedKind = 'ENC';

/** One thing that a rule found. */
export interface Problem {
  /** Where: absent is the whole file. */
  readonly place?: Place;
  readonly message: string;
  readonly fix: string;
  /** Where it is not the rule's. */
  readonly level?: Level;
}

/** One rule of `config lint`: a file here and a line in the registry. */
export interface LintRule {
  readonly info: RuleInfo;
  check(subject: LintSubject): readonly Problem[] | Promise<readonly Problem[]>;
}
