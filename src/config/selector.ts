import type { ErrorCode } from '../errors/codes.ts';
import type { Place } from '../errors/sopskit-error.ts';
import { SopskitError } from '../errors/sopskit-error.ts';

/** The fields that say which values get encrypted, as `.sops.yaml` and the metadata name them, in sops' order. */
export const selectorKinds = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const;

export type SelectorKind = (typeof selectorKinds)[number];

/** Which values of a file get encrypted. `value` is never empty. */
export interface Selector {
  readonly kind: SelectorKind;
  readonly value: string;
  /** Where it stands, for one from a rule. */
  readonly place?: Place;
}

/** Selector fields as they were given; sops takes an empty text for none. */
export type SelectorFields = { readonly [kind in SelectorKind]?: string };

/** What sops uses where nothing was chosen: all values but those below a key that ends in `_unencrypted`. */
export const defaultSelector: Selector = { kind: 'unencrypted_suffix', value: '_unencrypted' };

/**
 * Returns the one selector that is set, or `null` for none. Throws `code` where more than one is: sops ends with 1 for
 * a rule (`config.invalid`) and for metadata (`sops.metadata`), with 8 for flags (`usage.conflict`).
 */
export function pickSelector(fields: SelectorFields, code: ErrorCode, place?: Place): Selector | null {
  const given = selectorKinds.filter((kind) => (fields[kind] ?? '') !== '');
  const [kind] = given;
  if (kind === undefined) return null;
  if (given.length === 1) return { kind, value: fields[kind] ?? '' };
  throw new SopskitError(code, `cannot use more than one of ${given.join(' and ')} for the same file`, {
    ...(place === undefined ? {} : { place }),
    hint: 'Keep one: the selectors do not combine, the last one would win.',
  });
}

/**
 * Puts flags over a rule as sops does, field by field, and returns the selector of the file, `defaultSelector` where
 * there is none. Throws `usage.conflict` (8) when a flag and the rule, or two flags, choose different kinds.
 */
export function combineSelectors(flags: SelectorFields, rule: Selector | null): Selector {
  const fields: SelectorFields = rule === null ? {} : { [rule.kind]: rule.value };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== ''));
  const picked = pickSelector({ ...fields, ...given }, 'usage.conflict') ?? defaultSelector;
  return rule !== null && given[rule.kind] === undefined ? rule : picked;
}
