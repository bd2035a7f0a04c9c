import fc from 'fast-check';
import { dotenvFormat } from '../../../src/formats/dotenv/dotenv-format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { describeFormat } from '../contract.ts';
import { randomDotenv } from './random-dotenv.ts';

const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', '#', '=', '\n', 'é', '\\', 'n') });

describeFormat({
  format: dotenvFormat,
  documents: randomDotenv,
  puts: fc.record({
    path: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('A', 'C ', 'NEW', 'a=b', '', '#x').map((key) => [key]) },
      fc.constant(['A', 'b']),
      fc.constant([0]),
    ),
    value: fc.oneof(
      text.map((value): Value => ({ kind: 'string', value })),
      fc.integer().map((value): Value => ({ kind: 'int', value: BigInt(value) })),
      fc.constant<Value>({ kind: 'sequence', items: [] }),
    ),
  }),
  // What is written is read as text, and the two characters \n as a line break.
  typed: (value) => ({
    kind: 'string',
    value:
      value.kind === 'string'
        ? value.value.replaceAll('\\n', '\n')
        : value.kind === 'int'
          ? String(value.value)
          : '',
  }),
  refused: [
    ['hunter2', 1],
    ['A=1\n\n#c\n hunter2\n', 4],
    ['A=1\n\thunter2', 2],
  ],
});
