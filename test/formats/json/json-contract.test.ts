import fc from 'fast-check';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { describeFormat } from '../contract.ts';
import { randomJson } from './random-json.ts';

const step = fc.oneof(fc.constantFrom('a', 'b', '1', '0', 'new <key>'), fc.constantFrom(0, 1, 2, 7));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.record({ kind: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
    fc.record({
      kind: fc.constant('int' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    }),
    fc.record({ kind: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ kind: fc.constant('null' as const) }),
    fc.array(tie('value'), { maxLength: 3 }).map((items): Value => ({ kind: 'sequence', items })),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map(
      (members): Value => ({
        kind: 'mapping',
        entries: members.map(([key, inner]) => ({ kind: 'entry', key, value: inner })),
      }),
    ),
  ),
}));

describeFormat({
  format: jsonFormat,
  documents: randomJson,
  puts: fc.record({ path: fc.array(step, { minLength: 1, maxLength: 4 }), value }),
  refused: [
    ['', 1],
    ['"hunter2"', 1],
    ['["hunter2"]', 1],
    ['{"a": "hunter2"', 1],
    ['{"a": "hunter2",\n}', 2],
    ['{"a": "hunter2"\n"b": 1}', 2],
    ['{"a": "hunter2\n"}', 1],
    ['{"a":\n "hunter2\\x"}', 2],
    ['{"a": hunter2}', 1],
    ['{"hunter2": 01}', 1],
    ['{"hunter2":\n\n1e400}', 3],
    ['{"a": 1}\n{"hunter2": 2}', 2],
    ['\xef\xbb\xbf{"a": "hunter2"}', 1],
  ],
});
