import type { Entry, Mapping, Node, Value } from '../../tree/value.ts';
import type { Document, EmitStyle, Format } from '../format.ts';
import { emitYaml, emitYamlValue } from './emit.ts';
import { YamlFile } from './yaml-document.ts';

/** YAML files, read and printed as sops 3.13.3 does with go-yaml v3.0.4. */
export const yamlFormat: Format = {
  name: 'yaml',
  metadataShape: 'nested',
  parse,
  parseSealed: parse,
  emit,
  emitSealed: emit,
  emitValue: (value: Node, style: EmitStyle): Uint8Array => encode(emitYamlValue(value, style)),
  example: (): readonly Mapping[] => [exampleTree],
};

function parse(bytes: Uint8Array): Document {
  return new YamlFile(yamlFormat, bytes);
}

function emit(branches: readonly Mapping[], style: EmitStyle): Uint8Array {
  return encode(emitYaml(branches, style));
}

function encode(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** stores.ExampleComplexTree, which the formats share. */
const exampleTree: Mapping = {
  kind: 'mapping',
  entries: [
    entry('hello', { kind: 'string', value: 'Welcome to SOPS! Edit this file as you please!' }),
    entry('example_key', { kind: 'string', value: 'example_value' }),
    { kind: 'comment', text: ' Example comment', inline: false },
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

function entry(key: string, value: Value): Entry {
  return { kind: 'entry', key, value };
}
