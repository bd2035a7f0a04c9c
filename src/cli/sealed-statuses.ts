import type { Statuses } from './command.ts';

/** Statuses of commands that read an encrypted file: one that cannot be parsed is 1 there, and 2 for `encrypt`. */
export const sealedStatuses: Statuses = {
  of: {
    'document.syntax': 1,
    'document.unsupported': 1,
    'document.duplicate-key': 1,
    'document.too-deep': 1,
    'document.aliases': 1,
  },
};
