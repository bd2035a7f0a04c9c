import { SopskitError } from '../errors/sopskit-error.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';
import { unflatten } from './flatten.ts';
import type { MetadataShape } from './format.ts';

/** The top-level key that holds the metadata of a file whose shape is `nested` or `section`. */
export const metadataKey = 'sops';
/** What the keys of the metadata start with in a file whose shape is `flat`. */
export const metadataPrefix = 'sops_';

/** A document's branches without metadata, and the metadata: `null` where there is none. */
export interface Separated {
  readonly data: readonly Mapping[];
  readonly metadata: Mapping | null;
}

/** Whether a top-level key is kept for the metadata, so that data may not use it. */
export function isReservedKey(key: string, shape: MetadataShape): boolean {
  return shape === 'flat' ? key.startsWith(metadataPrefix) : key === metadataKey;
}

/**
 * Takes a nested `sops` mapping out of every branch; the first branch's counts. Follows sops' ExtractMetadata
 * (stores/metadata.go): a second one and one that is not a mapping are refused, in the first branch only.
 * Throws `sops.metadata`.
 */
export function separateNested(branches: readonly Mapping[]): Separated {
  let metadata: Mapping | null = null;
  for (const member of branches[0]?.entries ?? []) {
    if (!isMetadataEntry(member)) continue;
    if (metadata !== null) throw refusal('there is more than one "sops" entry', member.value);
    if (member.value.kind !== 'mapping') throw refusal('the "sops" entry is not a mapping', member.value);
    metadata = member.value;
  }
  const data = branches.map((branch) => withMembers(branch, (member) => !isMetadataEntry(member)));
  return { data, metadata };
}

/** Takes the `[sops]` section out, unescaping its newlines and unflattening its keys. Throws `sops.metadata`. */
export function separateSection(branches: readonly Mapping[]): Separated {
  const { data, metadata } = separateNested(branches);
  if (metadata === null || metadata.entries.length === 0) return { data, metadata: null };
  return { data, metadata: unflatten({ ...metadata, entries: metadata.entries.map(unescapeEntry) }) };
}

/** Takes the `sops_…` keys out of the first branch and unflattens them. Throws `sops.metadata`. */
export function separateFlat(branches: readonly Mapping[]): Separated {
  const [first, ...rest] = branches;
  if (first === undefined) return { data: [], metadata: null };
  const entries = first.entries.flatMap((member) =>
    isFlatEntry(member) ? [{ ...member, key: member.key.slice(metadataPrefix.length) }] : [],
  );
  const data = [withMembers(first, (member) => !isFlatEntry(member)), ...rest];
  return { data, metadata: entries.length === 0 ? null : unflatten({ kind: 'mapping', entries }) };
}

type Member = Mapping['entries'][number];

function isMetadataEntry(member: Member): member is Entry {
  return member.kind === 'entry' && member.key === metadataKey;
}

function isFlatEntry(member: Member): member is Entry & { readonly key: string } {
  return member.kind === 'entry' && typeof member.key === 'string' && member.key.startsWith(metadataPrefix);
}

/** Keeps the very mapping where no member goes, so that nodes stay comparable by identity. */
function withMembers(branch: Mapping, keep: (member: Member) => boolean): Mapping {
  return branch.entries.every(keep) ? branch : { ...branch, entries: branch.entries.filter(keep) };
}

function unescapeEntry(member: Member): Member {
  if (member.kind !== 'entry' || member.value.kind !== 'string') return member;
  return { ...member, value: { ...member.value, value: member.value.value.replaceAll('\\n', '\n') } };
}

function refusal(problem: string, value: Value): SopskitError {
  const place = value.line === undefined ? {} : { line: value.line };
  return new SopskitError('sops.metadata', `The metadata cannot be read: ${problem}`, { place });
}
