import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import { fromByteText } from '../byte-text.ts';
import type { Format } from '../format.ts';
import { jsonFormat } from '../json/json-format.ts';
import { scalarText } from '../scalar-text.ts';
import { dataKey, PlainBinary, SealedBinary } from './binary-document.ts';

/** Any other file, which sops keeps as one value in a JSON object (stores/json, BinaryStore). */
export const binaryFormat: Format = {
  name: 'binary',
  metadataShape: 'nested',
  parse: (bytes) => new PlainBinary(binaryFormat, bytes),
  parseSealed: (bytes) => new SealedBinary(binaryFormat, bytes),
  emit,
  emitSealed: (branches, style) => jsonFormat.emitSealed(branches, style),
  emitValue,
  example: (): readonly Mapping[] => [exampleTree],
};

/** Prints the first `data` value as it is. */
function emit(branches: readonly Mapping[]): Uint8Array {
  const [first, ...rest] = branches;
  if (first === undefined || rest.length > 0) throw notEmittable('there must be exactly one document');
  const entry = first.entries.find((member) => member.kind === 'entry' && member.key === dataKey);
  const value = entry?.kind === 'entry' ? entry.value : null;
  if (value?.kind === 'string' || value?.kind === 'bytes') return fromByteText(scalarText(value));
  throw notEmittable(value === null ? 'there is no "data" key' : 'the "data" key does not hold a string');
}

function emitValue(): Uint8Array {
  throw notEmittable('a part of it cannot be extracted');
}

function notEmittable(problem: string): SopskitError {
  return new SopskitError(
    'document.not-emittable',
    `The data cannot be printed as a binary file: ${problem}`,
  );
}

const exampleTree: Mapping = {
  kind: 'mapping',
  entries: [
    {
      kind: 'entry',
      key: dataKey,
      value: { kind: 'string', value: 'Welcome to SOPS! Edit this file as you please!' },
    },
  ],
};
