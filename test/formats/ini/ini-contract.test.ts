import fc from 'fast-check';
import { iniFormat } from '../../../src/formats/ini/ini-format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { describeFormat } from '../contract.ts';
import { randomIni } from './random-ini.ts';

const name = fc.constantFrom(
  'a',
  'b',
  's',
  't',
  'x]',
  ' sp ',
  'DEFAULT',
  'new',
  'k=v',
  '-',
  '#c',
  ';',
  '"',
  'a`b',
  ' pad',
  'x\ny',
  '[z',
);
const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '`', '#', ';', '=', '\n', 'é', '\\') });
const scalar = fc.oneof(
  text.map((value): Value => ({ kind: 'string', value })),
  fc.integer().map((value): Value => ({ kind: 'int', value: BigInt(value) })),
);
const plain = (value: Value): Value => ({
  kind: 'string',
  value: value.kind === 'int' ? String(value.value) : value.kind === 'string' ? value.value : '',
});

describeFormat({
  format: iniFormat,
  documents: randomIni,
  puts: fc.oneof(
    { weight: 4, arbitrary: fc.record({ path: fc.tuple(name, name), value: scalar }) },
    fc.record({ path: fc.tuple(name), value: scalar }),
    fc.record({
      path: fc.tuple(name),
      value: fc.uniqueArray(fc.tuple(name, scalar), { selector: ([key]) => key, maxLength: 3 }).map(
        (keys): Value => ({
          kind: 'mapping',
          entries: keys.map(([key, value]) => ({ kind: 'entry', key, value })),
        }),
      ),
    }),
    fc.record({ path: fc.tuple(name, name, name), value: scalar }),
  ),
  typed: (value) =>
    value.kind === 'mapping'
      ? {
          ...value,
          entries: value.entries.map((member) =>
            member.kind === 'entry' ? { ...member, value: plain(member.value) } : member,
          ),
        }
      : plain(value),
  refused: [
    ['hunter2', 1],
    ['[s]\na = 1\n = hunter2', 3],
    ['[hunter2\n', 1],
    ['[]\na = hunter2', 1],
    ['\n\n"hunter2 = 1', 3],
    ['a = """hunter2\nb = 2\n', 1],
    ['a = 1\nb = `hunter2\n', 2],
  ],
});
