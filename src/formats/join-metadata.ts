import type { Entry, Mapping } from '../tree/value.ts';
import { flatten } from './flatten.ts';
import type { MetadataShape } from './format.ts';
import { metadataKey, metadataPrefix } from './metadata-place.ts';

/**
 * Puts metadata into every branch in the shape that a format writes it (stores/metadata.go, SerializeMetadata): what
 * `emitSealed` prints.
 */
export function joinMetadata(
  data: readonly Mapping[],
  metadata: Mapping,
  shape: MetadataShape,
): readonly Mapping[] {
  const entries = metadataEntries(metadata, shape);
  return data.map((branch) => ({ kind: 'mapping', entries: [...branch.entries, ...entries] }));
}

function metadataEntries(metadata: Mapping, shape: MetadataShape): readonly Entry[] {
  switch (shape) {
    case 'nested':
      return [{ kind: 'entry', key: metadataKey, value: metadata }];
    case 'flat':
      return flatten(metadata, metadataPrefix);
    case 'section': {
      const entries = flatten(metadata).map(escapeNewlines);
      return [{ kind: 'entry', key: metadataKey, value: { kind: 'mapping', entries } }];
    }
  }
}

function escapeNewlines(entry: Entry): Entry {
  const { value } = entry;
  return value.kind === 'string'
    ? { ...entry, value: { ...value, value: value.value.replaceAll('\n', '\\n') } }
    : entry;
}
