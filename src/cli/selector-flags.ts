import type { Flag } from './command.ts';

/** The four selectors that `encrypt` and `edit` of sops take. */
export const selectorFlags: readonly Flag[] = [
  {
    name: 'unencrypted-suffix',
    kind: 'text',
    value: 'SUFFIX',
    help: 'leave keys with this ending in plaintext',
  },
  { name: 'encrypted-suffix', kind: 'text', value: 'SUFFIX', help: 'encrypt only keys with this ending' },
  { name: 'unencrypted-regex', kind: 'text', value: 'REGEX', help: 'leave keys that match in plaintext' },
  { name: 'encrypted-regex', kind: 'text', value: 'REGEX', help: 'encrypt only keys that match' },
];

/** Selectors that sops takes only in the old flag form (`-e`) and in `.sops.yaml`. */
export const commentSelectorFlags: readonly Flag[] = [
  {
    name: 'unencrypted-comment-regex',
    kind: 'text',
    value: 'REGEX',
    help: 'leave values under a comment that matches in plaintext',
  },
  {
    name: 'encrypted-comment-regex',
    kind: 'text',
    value: 'REGEX',
    help: 'encrypt only values under a comment that matches',
  },
];

export const macOnlyEncrypted: Flag = {
  name: 'mac-only-encrypted',
  kind: 'bool',
  help: 'compute the MAC over encrypted values only',
};
