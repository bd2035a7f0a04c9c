import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping, Node } from '../../tree/value.ts';
import { fromByteText } from '../byte-text.ts';
import type { Document, Format } from '../format.ts';
import { scalarText } from '../scalar-text.ts';
import { DotenvDocument } from './dotenv-document.ts';
import { printDotenv } from './dotenv-printer.ts';

/** dotenv files, read and printed as sops 3.13.3 does (stores/dotenv). */
export const dotenvFormat: Format = {
  name: 'dotenv',
  metadataShape: 'flat',
  parse,
  parseSealed: parse,
  emit,
  emitSealed: emit,
  emitValue,
  example: (): readonly Mapping[] => [exampleTree],
};

function parse(bytes: Uint8Array): Document {
  return new DotenvDocument(dotenvFormat, bytes);
}

/** sops prints the first document only. */
function emit(branches: readonly Mapping[]): Uint8Array {
  const [first] = branches;
  if (first === undefined)
    throw new SopskitError('document.not-emittable', 'There is no document to print as dotenv');
  return fromByteText(printDotenv(first));
}

function emitValue(value: Node): Uint8Array {
  if (value.kind === 'string' || value.kind === 'bytes') return fromByteText(scalarText(value));
  throw new SopskitError(
    'document.not-emittable',
    `dotenv can print a string only, not a value of type ${value.kind}`,
  );
}

const exampleTree: Mapping = {
  kind: 'mapping',
  entries: [
    { kind: 'comment', text: ' This is an example file.', inline: false },
    {
      kind: 'entry',
      key: 'hello',
      value: { kind: 'string', value: 'Welcome to SOPS! Edit this file as you please!' },
    },
    { kind: 'entry', key: 'example_key', value: { kind: 'string', value: 'example_value' } },
    { kind: 'entry', key: 'example_multiline', value: { kind: 'string', value: 'foo\nbar\nbaz' } },
  ],
};
