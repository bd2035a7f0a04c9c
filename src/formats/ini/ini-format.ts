import type { Mapping, Node, Value } from '../../tree/value.ts';
import { fromByteText } from '../byte-text.ts';
import type { Document, Format } from '../format.ts';
import { commentAsMemory, printJson } from '../json/json-printer.ts';
import { IniDocument } from './ini-document.ts';
import { printIni } from './ini-printer.ts';

/** INI files, read and printed as sops 3.13.3 (stores/ini) does with gopkg.in/ini.v1. */
export const iniFormat: Format = {
  name: 'ini',
  metadataShape: 'section',
  parse,
  parseSealed: parse,
  emit,
  emitSealed: emit,
  emitValue,
  example: (): readonly Mapping[] => [exampleTree],
};

function parse(bytes: Uint8Array): Document {
  return new IniDocument(iniFormat, bytes);
}

function emit(branches: readonly Mapping[]): Uint8Array {
  return fromByteText(printIni(branches));
}

/** sops prints a part of an INI file as JSON of its own memory: a section becomes a list of `{"Key", "Value"}`. */
function emitValue(value: Node): Uint8Array {
  const memory = value.kind === 'comment' ? commentAsMemory(value) : asMemory(value);
  return fromByteText(printJson(memory, { kind: 'line', comma: ',', colon: ':' }, ''));
}

function asMemory(value: Value): Value {
  if (value.kind === 'sequence') {
    return {
      kind: 'sequence',
      items: value.items.map((item) => (item.kind === 'comment' ? commentAsMemory(item) : asMemory(item))),
    };
  }
  if (value.kind !== 'mapping') return value;
  if (value.entries.length === 0) return { kind: 'null' };
  const items = value.entries.map((member): Value => {
    if (member.kind === 'comment')
      return pairs([
        ['Key', commentAsMemory(member)],
        ['Value', { kind: 'null' }],
      ]);
    const key = typeof member.key === 'string' ? member.key : member.key.text;
    return pairs([
      ['Key', { kind: 'string', value: key }],
      ['Value', asMemory(member.value)],
    ]);
  });
  return { kind: 'sequence', items };
}

function pairs(members: readonly (readonly [string, Value])[]): Mapping {
  return { kind: 'mapping', entries: members.map(([key, value]) => ({ kind: 'entry', key, value })) };
}

const exampleTree: Mapping = pairs([
  [
    'Welcome!',
    {
      kind: 'mapping',
      entries: [
        { kind: 'comment', text: 'This is an example file.', inline: false },
        {
          kind: 'entry',
          key: 'hello',
          value: { kind: 'string', value: 'Welcome to SOPS! Edit this file as you please!' },
        },
        { kind: 'entry', key: 'example_key', value: { kind: 'string', value: 'example_value' } },
      ],
    },
  ],
]);
