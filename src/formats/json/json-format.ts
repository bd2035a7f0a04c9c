import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping, Node } from '../../tree/value.ts';
import { fromByteText } from '../byte-text.ts';
import type { Document, EmitStyle, Format } from '../format.ts';
import { JsonDocument } from './json-document.ts';
import { commentAsMemory, printJson } from './json-printer.ts';
import { emitStyle } from './json-style.ts';

/** JSON files, read and printed as sops 3.13.3 (stores/json) does with Go's encoding/json. */
export const jsonFormat: Format = {
  name: 'json',
  metadataShape: 'nested',
  parse,
  parseSealed: parse,
  emit,
  emitSealed: emit,
  emitValue: (value: Node, style: EmitStyle): Uint8Array =>
    fromByteText(printJson(value.kind === 'comment' ? commentAsMemory(value) : value, emitStyle(style), '')),
  example: (): readonly Mapping[] => [exampleTree],
};

function parse(bytes: Uint8Array): Document {
  return new JsonDocument(jsonFormat, bytes);
}

/** sops prints the first document only. */
function emit(branches: readonly Mapping[], style: EmitStyle): Uint8Array {
  const [first] = branches;
  if (first === undefined)
    throw new SopskitError('document.not-emittable', 'There is no document to print as JSON');
  return fromByteText(`${printJson(first, emitStyle(style), '')}\n`);
}

const exampleTree: Mapping = {
  kind: 'mapping',
  entries: [
    entry('hello', { kind: 'string', value: 'Welcome to SOPS! Edit this file as you please!' }),
    entry('example_key', { kind: 'string', value: 'example_value' }),
    entry('example_array', {
      kind: 'sequence',
      items: [
        { kind: 'string', value: 'example_value1' },
        { kind: 'string', value: 'example_value2' },
      ],
    }),
    entry('example_number', { kind: 'float', value: 1234.56789 }),
    entry('example_booleans', {
      kind: 'sequence',
      items: [
        { kind: 'bool', value: true },
        { kind: 'bool', value: false },
      ],
    }),
  ],
};

function entry(key: string, value: Extract<Mapping['entries'][number], { kind: 'entry' }>['value']) {
  return { kind: 'entry', key, value } as const;
}
