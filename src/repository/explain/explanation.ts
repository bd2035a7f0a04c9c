import type { Verdict } from '../../config/explain-rules.ts';
import type { SelectorKind } from '../../config/selector.ts';

/** What `config explain` finds out, and prints as JSON. Fields are added, never renamed or removed. */
export interface Explanation {
  /** As the user named it. */
  readonly file: string;
  readonly state: 'missing' | 'plain' | 'encrypted' | 'unreadable';
  readonly configuration: ChosenConfiguration | null;
  /** The file as `path_regex` sees it. */
  readonly path: string | null;
  readonly rules: readonly RuleVerdict[];
  /** Number of the rule in force, from 1; `null` for none. */
  readonly rule: number | null;
  /** What the rule in force asks for. */
  readonly policy: PolicyView | null;
  /** What it does to the values of the file; `null` where there is none, or where it cannot be read. */
  readonly values: ValuesView | null;
  /** What the rule itself does wrong to the file; empty for nothing. */
  readonly faults: readonly RuleFault[];
  /** How an encrypted file differs from its rule; empty for none. */
  readonly differences: readonly Difference[];
  /** Paths near to this one that a rule would match. */
  readonly nearMisses: readonly { readonly path: string; readonly rule: number }[];
  /** What stands in the way: a recipient that cannot be read, a file that is no YAML. */
  readonly problems: readonly string[];
}

export interface ChosenConfiguration {
  /** From the current folder. */
  readonly file: string;
  readonly why: 'flag' | 'SOPS_CONFIG' | 'nearest';
  /** The one that sops takes, which starts from the current folder, where that is another; else `null`. */
  readonly sopsTakes: { readonly file: string | null } | null;
}

export interface RuleVerdict {
  /** From 1. */
  readonly number: number;
  readonly line: number | null;
  readonly pathRegex: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
}

export interface PolicyView {
  /** `null` encrypts everything: a binary file. */
  readonly selector: SelectorView | null;
  readonly macOnlyEncrypted: boolean;
  readonly keyGroups: readonly (readonly RecipientView[])[];
  /** How many groups it takes to open the file. */
  readonly threshold: number;
}

export interface SelectorView {
  readonly kind: SelectorKind;
  readonly value: string;
  /** Whether it is sops' own, because the rule has none. */
  readonly isDefault: boolean;
}

export interface RecipientView {
  /** `age`, `pgp`, `kms`, … */
  readonly kind: string;
  readonly id: string;
  /** From a comment or an anchor in the configuration. */
  readonly name: string | null;
}

export interface ValuesView {
  readonly documents: number;
  /** Values that the rule encrypts, and those that stay readable, in the order of the file. */
  readonly encrypted: readonly ValueView[];
  readonly readable: readonly ValueView[];
  /** Comments that it encrypts; sops encrypts those inside what it encrypts. */
  readonly encryptedComments: number;
}

export interface ValueView {
  /** Number of the YAML document, from 1. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly line: number | null;
  /** Whether it is a value of a Kubernetes Secret. */
  readonly ofSecret: boolean;
}

/** A rule that leaves values of a Secret readable, or encrypts what Kubernetes has to read. */
export interface RuleFault {
  readonly what: 'leaves-secret-readable' | 'encrypts-identity';
  readonly values: readonly ValueView[];
}

/** One difference between an encrypted file and its rule. */
export type Difference =
  | { readonly what: 'missing' | 'extra'; readonly recipient: RecipientView }
  | {
      readonly what: 'selector' | 'threshold' | 'groups' | 'mac_only_encrypted';
      readonly file: string;
      readonly rule: string;
    }
  /** A value that the rule leaves readable, but the file has encrypted, or the other way round. */
  | { readonly what: 'should-be-encrypted' | 'should-be-readable'; readonly value: ValueView };
