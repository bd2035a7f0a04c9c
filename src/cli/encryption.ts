import type { Flag } from './command.ts';
import { awsProfile, beyond, encryptionContext, threshold } from './flags.ts';
import { type KeyChoice, type KeyOptions, readKeyChoices, readKeyOptions } from './key-choice.ts';
import { keyFlags } from './key-flags.ts';
import { commentSelectorFlags, macOnlyEncrypted, selectorFlags } from './selector-flags.ts';
import type { Values } from './values.ts';

/** How a new SOPS file is encrypted: what the flags say. What they leave open comes from the creation rule. */
export interface Encryption extends KeyOptions {
  /** Empty: the creation rule's. */
  readonly keys: readonly KeyChoice[];
  readonly selectors: Selectors;
  readonly macOnlyEncrypted: boolean;
  /** Whether a file that stays readable, or a Secret that does, is written all the same. */
  readonly allowPlaintext: boolean;
  /** Whether a kustomization, or an object of Flux, is encrypted all the same. */
  readonly anyKind?: boolean;
  /** Shamir threshold; `null` when not given (sops: 0 counts as not given). */
  readonly threshold: number | null;
}

/** `null`: not given. */
export interface Selectors {
  readonly unencryptedSuffix: string | null;
  readonly encryptedSuffix: string | null;
  readonly unencryptedRegex: string | null;
  readonly encryptedRegex: string | null;
  readonly unencryptedCommentRegex: string | null;
  readonly encryptedCommentRegex: string | null;
}

/** The flags of `encrypt`, `edit` and the old flag form that describe a new file. */
export const encryptionFlags: readonly Flag[] = [
  ...keyFlags,
  ...selectorFlags,
  ...[...commentSelectorFlags, macOnlyEncrypted].map(beyond),
  awsProfile,
  encryptionContext,
  threshold,
  beyond({
    name: 'allow-plaintext',
    kind: 'bool',
    help: 'encrypt although the selector leaves the whole file, or a Secret in it, readable',
  }),
  beyond({
    name: 'any-kind',
    kind: 'bool',
    help: 'encrypt a kustomization, or an object of Flux, too: kustomize and kubectl refuse it then',
  }),
];

export function readEncryption(values: Values): Encryption {
  return {
    keys: readKeyChoices(values),
    ...readKeyOptions(values),
    selectors: {
      unencryptedSuffix: values.text('unencrypted-suffix'),
      encryptedSuffix: values.text('encrypted-suffix'),
      unencryptedRegex: values.text('unencrypted-regex'),
      encryptedRegex: values.text('encrypted-regex'),
      unencryptedCommentRegex: values.text('unencrypted-comment-regex'),
      encryptedCommentRegex: values.text('encrypted-comment-regex'),
    },
    macOnlyEncrypted: values.bool('mac-only-encrypted'),
    allowPlaintext: values.bool('allow-plaintext'),
    anyKind: values.bool('any-kind'),
    threshold: readThreshold(values),
  };
}

/** sops takes a threshold of 0 for none. */
export function readThreshold(values: Values): number | null {
  return values.int('shamir-secret-sharing-threshold') || null;
}
