import { SopskitError } from '../errors/sopskit-error.ts';
import { keyFlagTable } from './key-flags.ts';
import type { Values } from './values.ts';

/** Master keys as they were named on the command line (or in a flag's environment variable). */
export interface KeyChoice {
  /** Name of the key source: `age`, `pgp`, `kms`, `gcp_kms`, … */
  readonly source: string;
  /** The flag, for messages: `--add-age`. */
  readonly flag: string;
  /** What the source's `parse` reads: recipients separated by commas. */
  readonly text: string;
}

/** The keys of a command, and what AWS KMS keys among them need. */
export interface KeyOptions {
  readonly awsProfile: string | null;
  /** `null` when none was given. */
  readonly encryptionContext: ReadonlyMap<string, string> | null;
}

/** Reads `--age`, `--pgp`, …, or with a prefix `--add-age`, …. In sops' order; empty when none is given. */
export function readKeyChoices(values: Values, prefix: '' | 'add-' | 'rm-' = ''): readonly KeyChoice[] {
  return keyFlagTable.flatMap(({ name, source }) => {
    const text = values.text(prefix + name);
    return text === null ? [] : [{ source, flag: `--${prefix}${name}`, text }];
  });
}

/** Reads the repeatable key flags of `groups add`. */
export function readGroupKeys(values: Values): readonly KeyChoice[] {
  return keyFlagTable.flatMap(({ name, source }) =>
    values.list(name).map((text) => ({ source, flag: `--${name}`, text })),
  );
}

/** Throws `usage.encryption-context`. */
export function readKeyOptions(values: Values): KeyOptions {
  return {
    awsProfile: values.text('aws-profile'),
    encryptionContext: readContext(values.text('encryption-context')),
  };
}

function readContext(text: string | null): ReadonlyMap<string, string> | null {
  if (text === null) return null;
  const pairs = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [key, value, ...rest] = pair.split(':');
    if (key === undefined || value === undefined || rest.length > 0) {
      throw new SopskitError(
        'usage.encryption-context',
        'the KMS encryption context has a part that is not key:value',
        {
          hint: 'write it as --encryption-context key:value,key:value; keys and values hold no colon and no comma',
        },
      );
    }
    pairs.set(key, value);
  }
  return pairs;
}
