import fc from 'fast-check';
import { encodeText } from '../../../src/formats/byte-text.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { describeFormat } from '../contract.ts';
import { file } from './edit-fake.ts';
import { tameYaml } from './edit-generator.ts';

const step = fc.oneof(fc.constantFrom('k1', 'k2', 'a k3', 'new <key>'), fc.constantFrom(0, 1, 7));

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
    fc.uniqueArray(fc.tuple(fc.string(), tie('value')), { maxLength: 3, selector: ([key]) => key }).map(
      (members): Value => ({
        kind: 'mapping',
        entries: members.map(([key, inner]) => ({ kind: 'entry', key, value: inner })),
      }),
    ),
  ),
}));

function hasStrays(text: string): boolean {
  try {
    return readYaml(file(text)).strays.length > 0;
  } catch {
    return true;
  }
}

describeFormat({
  format: yamlFormat,
  documents: (random) => {
    const seed = Math.floor(random() * 2 ** 31);
    // Comments that sops drops cannot be sealed; sealing empties them (edit-leaf.test.ts).
    const [text = ''] = fc.sample(tameYaml, { numRuns: 8, seed }).filter((sample) => !hasStrays(sample));
    return encodeText(text);
  },
  puts: fc.record({ path: fc.array(step, { minLength: 1, maxLength: 4 }), value }),
  refused: [
    ['- hunter2\n', 1],
    ['hunter2\n', 1],
    ['a: [hunter2\n', 2],
    ['a: b\n hunter2: c\n', 2],
    ['a: b\na: hunter2\n', 2],
    ['a: "hunter2\n', 1],
    ['a:\n\t- hunter2\n', 2],
    ['a: *hunter2\n', 1],
  ],
});
