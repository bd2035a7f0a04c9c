import { SopskitError } from '../errors/sopskit-error.ts';
import type { Mapping } from '../tree/value.ts';
import { textField } from './fields.ts';

/** Prints a time as sops' `created_at`: RFC 3339, UTC, whole seconds. */
export function printCreatedAt(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Refuses a metadata item whose `created_at` Go's `time.Parse(time.RFC3339)` does not read, as sops does. */
export function requireCreatedAt(fields: Mapping, source: string): void {
  const text = textField(fields, 'created_at');
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  if (shape.test(text) && !Number.isNaN(Date.parse(text.replace(',', '.')))) return;
  throw new SopskitError('sops.metadata', `created_at of a ${source} key is not an RFC 3339 time`, {
    hint: 'The sops block was edited by hand or damaged by a merge. Restore it from git.',
  });
}
