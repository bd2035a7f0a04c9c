import type { SelectorFields } from '../../src/config/selector.ts';

/** One configuration and one file to encrypt, for sopskit and for the real sops alike. */
export interface ConfigCase {
  readonly title: string;
  /** Text of `.sops.yaml` in the root folder; `null` for none. `{A}`, `{B}` and `{C}` are age recipients. */
  readonly config: string | null;
  /** More files, by path; the file to encrypt is made where it is not among them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links: path → target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Where the command runs, below the root folder. */
  readonly cwd?: string;
  /** How the shell names that folder (`PWD`), where that is not how the kernel does. */
  readonly logicalCwd?: boolean;
  /** The file argument; `a.yaml` by default. */
  readonly file?: string;
  /** `--config`. */
  readonly flag?: string;
  /** `SOPS_CONFIG`. */
  readonly env?: string;
  readonly selectors?: SelectorFields;
  /** `--age`. */
  readonly age?: string;
  /** Set where sopskit means to do otherwise: what it does, and why. */
  readonly differs?: { readonly sopskit: 'resolves' | 'refuses'; readonly why: string };
}

/** What came of it. */
export interface ConfigOutcome {
  readonly status: number;
  /** All keys that were to wrap the data key, in order, as errors name them; empty where none was reached. */
  readonly keys: readonly string[];
  /** What the metadata says; absent where no file was written. */
  readonly written?: {
    readonly groups: readonly (readonly string[])[];
    /** Of several groups. */
    readonly threshold?: number;
    readonly selector: string;
    readonly macOnlyEncrypted: boolean;
  };
}

/** Test recipients; their identities were never kept. */
const recipients: Readonly<Record<string, string>> = {
  A: 'age183tavrq4rdqxq68mhytvr0u9ejs7ywzwllh0fq26xaucwcl2mqvqaszca9',
  B: 'age1lmws99xa0uqe9enuh2n26dk3gv8l5rzgvkyacr23dvjnzjq849gqmk2h0z',
  C: 'age1cn4zufqwgqvz8wa4r64a2zvs5rfz22tukg45d3vcls55dj73n3ksxauhuk',
};

/** Puts the test recipients in. */
export function withRecipients(text: string): string {
  return text.replace(/\{([ABC])\}/g, (_, name: string) => recipients[name] ?? '');
}
